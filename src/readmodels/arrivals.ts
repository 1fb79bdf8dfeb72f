import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';

/** When each contingent came on the roll, in milliseconds since 1970 UTC. */
export class Arrivals implements ReadModel {
  readonly #byContingent: Map<string, number>;

  constructor(dump?: ReadonlyMap<string, number>) {
    this.#byContingent = new Map(dump);
  }

  apply({ event, moves }: Transition): void {
    for (const { contingent, before } of moves) {
      if (before === null) this.#byContingent.set(contingent, event.timeMs);
    }
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): ReadonlyMap<string, number> {
    return this.#byContingent;
  }

  /** Undefined for one that is not on the roll. */
  of(contingent: string): number | undefined {
    return this.#byContingent.get(contingent);
  }
}
