import type { ContingentState, Transition } from '../../roll/outcome.ts';

/** The contingents as they stand, for read models that are told of facts about one that does not move. */
export class Roster {
  readonly #standing = new Map<string, ContingentState>();

  apply({ moves }: Transition): void {
    for (const { contingent, after } of moves) this.#standing.set(contingent, after);
  }

  /** A contingent's state; undefined for one that is not on the roll, or for null (a fact about no contingent). */
  of(contingent: string | null): ContingentState | undefined {
    return contingent === null ? undefined : this.#standing.get(contingent);
  }

  /** Every contingent that came on the roll, by id. */
  all(): ReadonlyMap<string, ContingentState> {
    return this.#standing;
  }
}
