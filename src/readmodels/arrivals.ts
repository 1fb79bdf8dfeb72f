import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';

/** When each contingent came on the roll, in milliseconds since 1970 UTC. */
export class Arrivals implements ReadModel {
  readonly #byContingent = new Map<string, number>();

  apply({ event, moves }: Transition): void {
    for (const { contingent, before } of moves) {
      if (before === null) this.#byContingent.set(contingent, event.timeMs);
    }
  }

  /** Undefined for one that is not on the roll. */
  of(contingent: string): number | undefined {
    return this.#byContingent.get(contingent);
  }
}
