import { pathwayOf } from '../../machines/pathway.ts';
import type { ContingentState } from '../roll/outcome.ts';

/** Where a contingent stands, in a few words; null if no event said so. */
export function placeOf({ value, context }: ContingentState): string | null {
  const { area, region, country, host } = context;
  switch (pathwayOf(value)) {
    case 'integrated':
    case 'pmc-transferred':
      return [region, country].filter((name) => name !== null).join(', ') || area;
    case 'defected':
      return host ?? area;
    case 'repatriated':
    case 're-educated':
      return country;
    default:
      return area;
  }
}
