/** Whose side a symbol says that a unit is on: the reader's own setting, in no data. */
export const AFFILIATIONS = ['unknown', 'neutral', 'friend', 'hostile'] as const;
export type Affiliation = (typeof AFFILIATIONS)[number];

export const AFFILIATION_NAMES: Readonly<Record<Affiliation, string>> = {
  unknown: 'Unknown',
  neutral: 'Neutral',
  friend: 'Friend',
  hostile: 'Hostile',
};
