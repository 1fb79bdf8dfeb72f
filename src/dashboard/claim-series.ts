import type { Claim } from '../readmodels/claims.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import { PATHWAYS } from './pathways.ts';

export type Measure = Claim['measure'];

export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  killed: 'Killed',
  wounded: 'Wounded',
  total: 'All casualties',
  strength: 'Strength',
};

const isMeasure = (name: string): name is Measure => Object.hasOwn(MEASURE_NAMES, name);

export const MEASURES: readonly Measure[] = Object.keys(MEASURE_NAMES).filter(isMeasure);

/** What the ledger books that a measure can be held against. */
export const LEDGER_NAMES: Readonly<Record<Measure, string>> = {
  killed: 'Ledger: killed',
  wounded: 'Ledger: wounded',
  total: 'Ledger: killed, missing and wounded',
  strength: 'Ledger: on the roll',
};

/** The ledger's number for a measure, best estimate, in persons. */
export function inLedger(measure: Measure, point: SeriesPoint): number {
  switch (measure) {
    case 'killed':
      return point.killed;
    case 'wounded':
      return point.wounded;
    case 'total':
      return point.killed + point.missing + point.wounded;
    case 'strength':
      return PATHWAYS.reduce((sum, pathway) => sum + point.pathways[pathway], 0);
    default:
      return measure satisfies never;
  }
}

/** The claims of one series, in the order of time. */
export interface ClaimSeries {
  readonly name: string;
  readonly claims: readonly Claim[];
}

/** Each series apart, by name. Nothing is ever summed over them, nor over the claims of one. */
export function seriesOf(claims: readonly Claim[]): readonly ClaimSeries[] {
  const byName = new Map<string, Claim[]>();
  for (const claim of claims) byName.set(claim.series, [...(byName.get(claim.series) ?? []), claim]);
  return [...byName]
    .map(([name, own]) => ({
      name,
      claims: own.toSorted((a, b) => Date.parse(a.event.time) - Date.parse(b.event.time) || a.seq - b.seq),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How a claim counts, in words. */
export function countsAs({ cumulative }: Claim): string {
  if (cumulative === null) return 'a level on that day';
  return cumulative ? 'running total' : 'this report alone';
}
