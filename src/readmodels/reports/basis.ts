import type { MusterEvent } from '../../../events/event.ts';
import type { Transition } from '../../roll/outcome.ts';
import type { RowBasis } from './report.ts';

export const BASES = ['reported', 'hypothetical'] as const satisfies readonly RowBasis[];

/** Reported and assessed facts count together; a what-if's never with them. */
export function basisOf({ envelope }: MusterEvent): RowBasis {
  return envelope.basis === 'hypothetical' ? 'hypothetical' : 'reported';
}

/**
 * Where a what-if begins. How the roll stood up to the last fact before the first what-if fact is reported; how it
 * stands from then on is hypothetical.
 */
export class Divide {
  #basis: RowBasis = 'reported';
  #reportedMs = Number.NEGATIVE_INFINITY;

  /** What the roll as it stands is: hypothetical once a what-if has begun. */
  get basis(): RowBasis {
    return this.#basis;
  }

  /** When the last fact before the what-if happened. */
  get reportedMs(): number {
    return this.#reportedMs;
  }

  /** Whether the row of an event can tell how the roll stands: a reported one never tells what a what-if made. */
  tells(event: MusterEvent): boolean {
    return basisOf(event) === this.#basis;
  }

  /** Takes the next fact; true if the what-if begins with it. */
  begins({ event }: Transition): boolean {
    if (this.#basis === 'hypothetical') return false;
    if (basisOf(event) === 'reported') {
      this.#reportedMs = event.timeMs;
      return false;
    }
    this.#basis = 'hypothetical';
    return true;
  }
}
