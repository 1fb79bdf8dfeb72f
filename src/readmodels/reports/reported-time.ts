import type { MusterEvent } from '../../../events/event.ts';
import { basisOf } from './basis.ts';
import type { RowBasis } from './report.ts';

/** Tells how far reported time goes: up to the last fact before the first what-if fact. */
export class ReportedTime {
  #lastMs = Number.NEGATIVE_INFINITY;
  #isOver = false;

  apply(event: MusterEvent): void {
    this.#isOver ||= basisOf(event) === 'hypothetical';
    if (!this.#isOver) this.#lastMs = event.timeMs;
  }

  /** Up to when time has passed for facts of a basis, where it has passed for all up to `untilMs`. */
  until(basis: RowBasis, untilMs: number): number {
    return basis === 'reported' && this.#isOver ? Math.min(untilMs, this.#lastMs) : untilMs;
  }
}
