import type { ReadModel } from '../roll/fold.ts';
import type { Move, Transition } from '../roll/outcome.ts';
import { type MoveDocument, moveDocument } from './transition-document.ts';

/** One step in a contingent's life: the place of its event in the log, and what it did. */
export interface HistoryStep extends MoveDocument {
  readonly seq: number;
}

/** Another contingent that an event concerned too, and the place of that event. */
export interface Encounter {
  readonly seq: number;
  readonly other: string;
}

/** By contingent, and the places of the theatre's own facts. */
export interface HistoryDump {
  readonly encounters: ReadonlyMap<string, readonly Encounter[]>;
  readonly theatre: readonly number[];
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
  readonly #encounters = new Map<string, Encounter[]>();
  readonly #theatre: number[] = [];

  apply({ seq, theatre, moves }: Transition): void {
    if (theatre !== null) this.#theatre.push(seq);
    else if (moves.length > 1) this.#meet(seq, moves);
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

  /**
   * The places of the facts that decide where some contingents stand after the entry `to`, in order: what happened
   * to them and to those they came from or met, until then, and to the theatre. To fold these alone gives those
   * contingents as to fold the whole log.
   */
  bearingOn(contingents: readonly string[], to: number): readonly number[] {
    const seqs = new Set(this.#theatre.filter((seq) => seq <= to));
    const followed = new Map<string, number>();
    const open = contingents.map((other): Encounter => ({ seq: to, other }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { seq: until, other: contingent } = next;
      const before = followed.get(contingent) ?? 0;
      if (before >= until) continue;
      followed.set(contingent, until);
      for (const { seq } of this.of(contingent)) if (seq > before && seq <= until) seqs.add(seq);
      for (const met of this.#encounters.get(contingent) ?? []) {
        if (met.seq > before && met.seq <= until) open.push(met);
      }
    }
    return [...seqs].sort((a, b) => a - b);
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): HistoryDump {
    return {
      steps: this.#steps,
      children: this.#children,
      encounters: this.#encounters,
      theatre: this.#theatre,
    };
  }

  static restore({ steps, children, encounters, theatre }: HistoryDump): History {
    const history = new History();
    for (const [contingent, list] of encounters) history.#encounters.set(contingent, [...list]);
    for (const seq of theatre) history.#theatre.push(seq);
    for (const [contingent, list] of steps) history.#steps.set(contingent, [...list]);
    for (const [contingent, list] of children) history.#children.set(contingent, [...list]);
    return history;
  }

  /** Notes for each contingent of an event the others that were there before it. */
  #meet(seq: number, moves: readonly Move[]): void {
    const arrived = new Set(moves.filter(({ before }) => before === null).map((move) => move.contingent));
    const concerned = new Set(moves.map((move) => move.contingent));
    for (const contingent of concerned) {
      for (const other of concerned) {
        if (other !== contingent && !arrived.has(other)) append(this.#encounters, contingent, { seq, other });
      }
    }
  }
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
