import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import { type MoveDocument, moveDocument } from './transition-document.ts';

/** One step in a contingent's life: the place of its event in the log, and what it did. */
export interface HistoryStep extends MoveDocument {
  readonly seq: number;
}

/** Steps and detached contingents, by contingent. */
export interface HistoryDump {
  readonly steps: ReadonlyMap<string, readonly HistoryStep[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

/**
 * What happened to each contingent, in the order of the fold. The events themselves (source, rating, note) stay
 * in the log, found by their seq.
 */
export class History implements ReadModel {
  readonly #steps = new Map<string, HistoryStep[]>();
  readonly #children = new Map<string, string[]>();

  apply({ seq, moves }: Transition): void {
    for (const move of moves) {
      append(this.#steps, move.contingent, { seq, ...moveDocument(move) });
      const { parent } = move.after.context;
      if (move.before === null && parent !== null) append(this.#children, parent, move.contingent);
    }
  }

  /** Everything that happened to a contingent; empty for one that is not on the roll. */
  of(contingent: string): readonly HistoryStep[] {
    return this.#steps.get(contingent) ?? [];
  }

  /** The contingents that were detached from this one, in the order in which they left. */
  childrenOf(contingent: string): readonly string[] {
    return this.#children.get(contingent) ?? [];
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): HistoryDump {
    return { steps: this.#steps, children: this.#children };
  }

  static restore({ steps, children }: HistoryDump): History {
    const history = new History();
    for (const [contingent, list] of steps) history.#steps.set(contingent, [...list]);
    for (const [contingent, list] of children) history.#children.set(contingent, [...list]);
    return history;
  }
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
