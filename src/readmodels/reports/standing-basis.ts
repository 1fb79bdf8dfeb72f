import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import type { RowBasis } from './report.ts';

/**
 * Whether it is reported or a what-if that a contingent stands where it does. A contingent that a what-if fact moved
 * stands there hypothetically from then on, and so do those that it was part of, became part of, or left behind; after
 * a theatre-wide what-if fact, everybody.
 */
export class StandingBasis {
  readonly #hypothetical = new Set<string>();
  #isTheatreHypothetical = false;

  apply({ event, theatre, moves }: Transition): void {
    const isWhatIf = basisOf(event) === 'hypothetical';
    if (theatre !== null) {
      this.#isTheatreHypothetical ||= isWhatIf;
      return;
    }
    if (isWhatIf || moves.some(({ contingent }) => this.#hypothetical.has(contingent))) {
      for (const { contingent } of moves) this.#hypothetical.add(contingent);
    }
  }

  of(contingent: string): RowBasis {
    return this.#isTheatreHypothetical || this.#hypothetical.has(contingent) ? 'hypothetical' : 'reported';
  }
}
