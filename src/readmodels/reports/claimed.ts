import type { Transition } from '../../roll/outcome.ts';
import { type Claim, claimOf } from '../claims.ts';
import { basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import type { Figures } from './ledger.ts';
import { difference, exactly, type Known } from './range.ts';
import type { Cell, Column, RowBasis } from './report.ts';

/** A claim as it stands in a report. */
export interface Claimed {
  readonly claim: Claim;
  readonly basis: RowBasis;
  readonly day: string;
  /** Whom it is about; null for everybody. */
  readonly contingent: string | null;
  readonly place: string | null;
  /** Whether the value is what there was so far, what was added, or what there is. */
  readonly counts: 'running total' | 'increase' | 'level';
}

/** Null for an event that claims no number. */
export function claimedIn(transition: Transition): Claimed | null {
  const claim = claimOf(transition.seq, transition.event);
  if (claim === null) return null;
  const { event } = transition;
  return {
    claim,
    basis: basisOf(event),
    day: dayOf(event.timeMs),
    contingent: event.subject,
    place: event.type === 'strength.assessed' ? (event.data.area ?? null) : null,
    counts: claim.cumulative === null ? 'level' : claim.cumulative ? 'running total' : 'increase',
  };
}

/** The columns that say what a claim is about. */
export const ABOUT_COLUMNS: readonly Column[] = [
  { id: 'series', title: 'Series', kind: 'text' },
  { id: 'measure', title: 'Measure', kind: 'text' },
  { id: 'counts', title: 'Counts', kind: 'text' },
  { id: 'contingent', title: 'Contingent', kind: 'contingent' },
  { id: 'place', title: 'Place', kind: 'place' },
];

export function aboutCells({ claim, counts, contingent, place }: Claimed): Record<string, Cell> {
  return { series: claim.series, measure: claim.measure, counts, contingent, place };
}

/** The columns that set a claim beside the ledger. */
export const LEDGER_COLUMNS: readonly Column[] = [
  { id: 'ledger', title: 'Ledger then', kind: 'persons' },
  { id: 'difference', title: 'Claim less ledger', kind: 'persons' },
];

/** An increase has no counterpart in the ledger, which keeps totals. */
export function ledgerCells({ claim, counts }: Claimed, figures: Figures | null): Record<string, Cell> {
  if (figures === null || counts === 'increase') return { ledger: null, difference: null };
  const ledger = figureOf(claim, figures);
  return { ledger, difference: difference(claim.value, ledger) };
}

function figureOf({ measure }: Claim, { killed, missing, wounded, strength }: Figures): Known {
  switch (measure) {
    case 'killed':
      return exactly(killed);
    case 'wounded':
      return exactly(wounded);
    case 'total':
      return exactly(killed + missing + wounded);
    case 'strength':
      return strength;
    default:
      return measure satisfies never;
  }
}
