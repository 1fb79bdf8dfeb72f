import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import type { RowBasis } from './report.ts';

/** What the bases have come to, as plain data. */
export interface StandingBasisDump {
  readonly hypothetical: ReadonlySet<string>;
  readonly isTheatreHypothetical: boolean;
}

/**
 * Whether it is reported or a what-if that a contingent stands where it does. A contingent that a what-if fact moved
 * stands there hypothetically from then on, and so do those that it was part of, became part of, or left behind; after
 * a theatre-wide what-if fact, everybody.
 */
export class StandingBasis {
  readonly #hypothetical: Set<string>;
  #isTheatreHypothetical: boolean;

  constructor(dump: StandingBasisDump = { hypothetical: new Set(), isTheatreHypothetical: false }) {
    this.#hypothetical = new Set(dump.hypothetical);
    this.#isTheatreHypothetical = dump.isTheatreHypothetical;
  }

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

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): StandingBasisDump {
    return { hypothetical: this.#hypothetical, isTheatreHypothetical: this.#isTheatreHypothetical };
  }
}
