import { add } from '../../../events/estimate.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { type Known, NOTHING } from './range.ts';

/** How many stand together in some states now: the sum of their strengths. */
export class Headcount {
  readonly #counts: (state: ContingentState) => boolean;
  #now: Known = NOTHING;

  constructor(counts: (state: ContingentState) => boolean) {
    this.#counts = counts;
  }

  apply({ moves }: Transition): void {
    for (const { before, after } of moves) {
      if (before !== null && this.#counts(before)) this.#now = minus(this.#now, before.context.strength);
      if (this.#counts(after)) this.#now = add(this.#now, after.context.strength);
    }
  }

  get now(): Known {
    return this.#now;
  }
}

/** Takes out again what was put in: bound by bound, for here the range does not widen. */
function minus(sum: Known, { low, best, high }: Known): Known {
  return { low: sum.low - low, best: sum.best - best, high: sum.high - high };
}
