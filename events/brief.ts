/** The longest that what somebody wrote is said again in the words about it. */
const MOST_CHARACTERS = 1_000;

/**
 * A text as it is repeated to people: whole, unless somebody wrote so much that a refusal of it would be larger than
 * a message may be, and all the refusals of a roll larger than memory.
 */
export function brief(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
