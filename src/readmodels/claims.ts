import type { Estimate } from '../../events/estimate.ts';
import type { MusterEvent } from '../../events/event.ts';
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

/** What an event claims: a published casualty figure or an assessed strength (DOMAIN 6); null for any other. */
export function claimOf(seq: number, event: MusterEvent): Claim | null {
  if (event.type === 'casualty.claimed') {
    const { series, measure, cumulative, value } = event.data;
    return { seq, series, measure, cumulative, value, event: provenance(event) };
  }
  if (event.type !== 'strength.assessed') return null;
  const series = event.envelope.reporter ?? event.envelope.source;
  const value = event.data.strength;
  return { seq, series, measure: 'strength', cumulative: null, value, event: provenance(event) };
}

/** Where the claims of a log are. What each says stays in the log, found by its seq. */
export class Claims implements ReadModel {
  readonly #seqs: number[] = [];

  apply({ seq, event: { type } }: Transition): void {
    if (type === 'casualty.claimed' || type === 'strength.assessed') this.#seqs.push(seq);
  }

  /** The seqs of the first claims after an entry, at most `limit`; for a fold in the order of the log. */
  after(seq: number, limit: number): readonly number[] {
    const from = this.#seqs.findIndex((place) => place > seq);
    return from < 0 ? [] : this.#seqs.slice(from, from + limit);
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): readonly number[] {
    return this.#seqs;
  }

  static restore(seqs: readonly number[]): Claims {
    const claims = new Claims();
    for (const seq of seqs) claims.#seqs.push(seq);
    return claims;
  }
}
