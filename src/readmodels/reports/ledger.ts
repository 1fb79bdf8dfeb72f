import { type Estimate, NOBODY } from '../../../events/estimate.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { placeOf } from '../place.ts';
import { entry } from './entry.ts';

/** What the ledger says of those whom a claim is about. */
export interface Figures {
  readonly killed: number;
  readonly missing: number;
  readonly wounded: number;
  readonly strength: Estimate;
}

interface Presence {
  low: number;
  best: number;
  high: number;
}

/** The losses that were booked so far, and who is present where. */
export class Ledger {
  readonly #lost = { killed: 0, missing: 0, wounded: 0 };
  readonly #total = nobody();
  readonly #places = new Map<string | null, Presence>();

  apply({ event, moves }: Transition): void {
    if (event.type === 'casualty.recorded') {
      const { killed = 0, missing = 0, wounded = 0 } = event.data;
      this.#lost.killed += killed;
      this.#lost.missing += missing;
      this.#lost.wounded += wounded;
    }
    for (const { before, after } of moves) {
      if (before !== null) this.#count(before, -1);
      this.#count(after, 1);
    }
  }

  /** Of everybody; with a place, the strength is that of those who stand there. */
  figures(place: string | null): Figures {
    const strength = place === null ? this.#total : (this.#places.get(place) ?? NOBODY);
    return { ...this.#lost, strength: { ...strength } };
  }

  #count(state: ContingentState, sign: 1 | -1): void {
    if (pathwayOf(state.value) === null) return;
    const { strength } = state.context;
    for (const presence of [this.#total, entry(this.#places, placeOf(state), nobody)]) {
      presence.low += sign * strength.low;
      presence.best += sign * strength.best;
      presence.high += sign * strength.high;
    }
  }
}

function nobody(): Presence {
  return { low: 0, best: 0, high: 0 };
}
