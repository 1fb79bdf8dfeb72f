import type { Estimate } from '../../events/estimate.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import { type Provenance, provenance } from './transition-document.ts';

/** A number that somebody published. It stands beside others and beside the ledger; it is never added to them. */
export interface Claim {
  readonly seq: number;
  /** Whose running total it belongs to; of an assessed strength, who assessed it. */
  readonly series: string;
  readonly measure: 'killed' | 'wounded' | 'total' | 'strength';
  /** Whether the value is a running total; null for a strength, which is a level. */
  readonly cumulative: boolean | null;
  readonly value: Estimate;
  readonly event: Provenance;
}

/** Published casualties and assessed strengths, each kept apart by its series (DOMAIN 6). */
export class Claims implements ReadModel {
  readonly #claims: Claim[] = [];

  apply({ seq, event }: Transition): void {
    if (event.type === 'casualty.claimed') {
      const { series, measure, cumulative, value } = event.data;
      this.#claims.push({ seq, series, measure, cumulative, value, event: provenance(event) });
    } else if (event.type === 'strength.assessed') {
      const series = event.envelope.reporter ?? event.envelope.source;
      const value = event.data.strength;
      this.#claims.push({
        seq,
        series,
        measure: 'strength',
        cumulative: null,
        value,
        event: provenance(event),
      });
    }
  }

  /** In the order of the log. */
  list(): readonly Claim[] {
    return this.#claims.toSorted((a, b) => a.seq - b.seq);
  }
}
