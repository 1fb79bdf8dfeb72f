import type { Transition } from '../../roll/outcome.ts';

/** Something remembered of each contingent. A part carries on what its whole had when it left. */
export class Carried<T> {
  readonly #by = new Map<string, T>();

  /** Lets the parts that leave in a transition take it over: before anything else is remembered of them. */
  apply({ moves }: Transition): void {
    for (const { contingent, before, after } of moves) {
      if (before !== null) continue;
      const its = this.of(after.context.parent);
      if (its !== undefined) this.#by.set(contingent, its);
    }
  }

  set(contingent: string, value: T): void {
    this.#by.set(contingent, value);
  }

  /** Undefined where nothing is remembered, and for null (no contingent). */
  of(contingent: string | null): T | undefined {
    return contingent === null ? undefined : this.#by.get(contingent);
  }
}
