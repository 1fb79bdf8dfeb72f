import { pathwayOf } from '../../machines/pathway.ts';
import type { ContingentState } from '../roll/outcome.ts';

/** What of a contingent a text names: the attribute that an event gave it in. */
export type PlaceAttribute = 'country' | 'host' | 'area' | 'region';

export interface PlaceName {
  readonly attribute: PlaceAttribute;
  readonly text: string;
}

/** The texts by which events say where a contingent stands now, the most exact one first; empty if none did. */
export function placeNames({ value, context }: ContingentState): readonly PlaceName[] {
  const named = (...attributes: readonly PlaceAttribute[]): readonly PlaceName[] =>
    attributes.flatMap((attribute) => {
      const text = context[attribute];
      return text === null ? [] : [{ attribute, text }];
    });
  switch (pathwayOf(value)) {
    case 'integrated':
    case 'pmc-transferred': {
      const names = named('country', 'region');
      return names.length > 0 ? names : named('area');
    }
    case 'defected':
      return named('host', 'area').slice(0, 1);
    // No event that leads here says in which of these a contingent stands: what they hold is from before.
    case 'repatriated':
    case 're-educated':
      return [];
    default:
      return named('area');
  }
}

/** Where a contingent stands, in a few words; null if no event said so. */
export function placeOf(state: ContingentState): string | null {
  const names = placeNames(state);
  return names.length === 0
    ? null
    : names
        .map(({ text }) => text)
        .toReversed()
        .join(', ');
}
