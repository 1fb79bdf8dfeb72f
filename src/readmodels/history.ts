import type { ReadModel } from '../roll/fold.ts';
import type { Move, Transition } from '../roll/outcome.ts';
import { type HistoryStep, NO_ROW, StepTable, type StepTableDump } from './step-table.ts';

/** Another contingent that an event concerned too, and the place of that event. */
export interface Encounter {
  readonly seq: number;
  readonly other: string;
}

/** By contingent, and the places of the theatre's own facts. */
export interface HistoryDump {
  readonly encounters: ReadonlyMap<string, readonly Encounter[]>;
  readonly theatre: readonly number[];
  readonly steps: StepTableDump;
  readonly last: ReadonlyMap<string, number>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

/**
 * What happened to each contingent, in the order of the fold. The events themselves (source, rating, note) stay
 * in the log, found by their seq.
 */
export class History implements ReadModel {
  readonly #steps: StepTable;
  /** Of each contingent the row of its last step. */
  readonly #last = new Map<string, number>();
  readonly #children = new Map<string, string[]>();
  readonly #encounters = new Map<string, Encounter[]>();
  readonly #theatre: number[] = [];

  constructor(steps = new StepTable()) {
    this.#steps = steps;
  }

  apply({ seq, theatre, moves }: Transition): void {
    if (theatre !== null) this.#theatre.push(seq);
    else if (moves.length > 1) this.#meet(seq, moves);
    for (const move of moves) {
      const { contingent } = move;
      this.#last.set(contingent, this.#steps.add(seq, move, this.#lastRow(contingent)));
      const { parent } = move.after.context;
      if (move.before === null && parent !== null) append(this.#children, parent, contingent);
    }
  }

  /** Everything that happened to a contingent; empty for one that is not on the roll. */
  of(contingent: string): readonly HistoryStep[] {
    const steps: HistoryStep[] = [];
    for (const row of this.#rows(contingent)) steps.push(this.#steps.step(row, contingent));
    return steps.reverse();
  }

  /** The place of the last that happened to a contingent, and of what made its strength what it is; null for a stranger. */
  latestOf(contingent: string): { readonly seq: number; readonly strengthSeq: number } | null {
    const last = this.#lastRow(contingent);
    if (last === NO_ROW) return null;
    let since = last;
    for (const row of this.#rows(contingent)) {
      if (!this.#steps.isSameStrength(row, last)) break;
      since = row;
    }
    return { seq: this.#steps.seqAt(last), strengthSeq: this.#steps.seqAt(since) };
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
      for (const row of this.#rows(contingent)) {
        const seq = this.#steps.seqAt(row);
        if (seq > before && seq <= until) seqs.add(seq);
      }
      for (const met of this.#encounters.get(contingent) ?? []) {
        if (met.seq > before && met.seq <= until) open.push(met);
      }
    }
    return [...seqs].sort((a, b) => a - b);
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): HistoryDump {
    return {
      steps: this.#steps.dump(),
      last: this.#last,
      children: this.#children,
      encounters: this.#encounters,
      theatre: this.#theatre,
    };
  }

  static restore({ steps, last, children, encounters, theatre }: HistoryDump): History {
    const history = new History(new StepTable(steps));
    for (const [contingent, list] of encounters) history.#encounters.set(contingent, [...list]);
    for (const seq of theatre) history.#theatre.push(seq);
    for (const [contingent, row] of last) history.#last.set(contingent, row);
    for (const [contingent, list] of children) history.#children.set(contingent, [...list]);
    return history;
  }

  #lastRow(contingent: string): number {
    return this.#last.get(contingent) ?? NO_ROW;
  }

  /** The rows of a contingent's steps, the last first. */
  *#rows(contingent: string): Generator<number> {
    for (let row = this.#lastRow(contingent); row !== NO_ROW; row = this.#steps.before(row)) yield row;
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
