import type { MusterEvent } from '../../events/event.ts';
import type { Phase } from '../../machines/phase.ts';
import { judge, type RollState } from './judge.ts';
import type { Kernels } from './kernels.ts';
import type { ContingentState, Refusal, TheatreState, Transition, Verdict } from './outcome.ts';
import { Roster } from './roster.ts';
import { type Fact, type Formality, type RawEntry, type Retracted, Settlement } from './settlement.ts';
import { holds, knows, type View } from './view.ts';

/** Data that a pure fold of transitions builds. */
export interface ReadModel {
  apply(transition: Transition): void;
}

export interface Counts {
  accepted: number;
  refused: number;
  duplicates: number;
  retracted: number;
}

/** What a fold has come to, its read model apart, as plain data. */
export interface FoldDump {
  readonly theatre: TheatreState;
  readonly contingents: ReadonlyMap<string, ContingentState>;
  readonly latest: MusterEvent | null;
  readonly counts: Readonly<Counts>;
  readonly refusals: readonly Refusal[];
  /** The time of the last fact taken; null once one came before another that had happened earlier. */
  readonly chronologyMs: number | null;
  readonly isHypothetical: boolean;
}

/**
 * A roll as it is built, fact by fact, in the order of a view (DOMAIN 7). The same facts give the same roll; no
 * fact makes it throw.
 */
export class Fold<R extends ReadModel = ReadModel> {
  readonly view: View;
  readonly readModel: R;
  readonly counts: Counts = { accepted: 0, refused: 0, duplicates: 0, retracted: 0 };
  readonly #kernels: Kernels;
  readonly #roster: Roster;
  #theatre: RollState['theatre'];
  #latest: MusterEvent | null = null;
  #chronologyMs: number | null = Number.NEGATIVE_INFINITY;
  readonly #refusals: Refusal[] = [];
  #isHypothetical = false;

  constructor(kernels: Kernels, view: View, readModel: R, roster = new Roster()) {
    this.#kernels = kernels;
    this.#roster = roster;
    this.#theatre = kernels.theatre.initial;
    this.view = view;
    this.readModel = readModel;
  }

  /** The contingents on the roll, by id. */
  get contingents(): ReadonlyMap<string, ContingentState> {
    return this.#roster.byId;
  }

  /** The same, to be judged on. It changes with the next `take`. */
  get roster(): Roster {
    return this.#roster;
  }

  get theatre(): TheatreState {
    return this.#theatre;
  }

  get phase(): Phase {
    return this.#theatre.context.phase;
  }

  /** The latest `time` of an accepted fact, as written; null before the first. */
  get time(): string | null {
    return this.#latest?.envelope.time ?? null;
  }

  /** Whether every fact came after all that had happened before it: then an as-of view takes them in this order too. */
  get isChronological(): boolean {
    return this.#chronologyMs !== null;
  }

  /** Whether a what-if counts here: one accepted fact, or one correction, is enough. */
  get isHypothetical(): boolean {
    return this.#isHypothetical;
  }

  /** What could not be applied, in the order of the log. */
  get refusals(): readonly Refusal[] {
    return this.#refusals.toSorted((a, b) => a.seq - b.seq);
  }

  /** What a fact would do now; nothing changes. */
  judge(seq: number, event: MusterEvent): Verdict {
    return judge(this.#kernels, { theatre: this.#theatre, contingents: this.#roster }, seq, event);
  }

  /** Applies the next fact, or refuses it. */
  take({ seq, event }: Fact): Verdict {
    const isNext = this.#chronologyMs !== null && event.timeMs >= this.#chronologyMs;
    this.#chronologyMs = isNext ? event.timeMs : null;
    const verdict = this.judge(seq, event);
    if (verdict.kind === 'refused') {
      this.#refuse(verdict.refusal);
      return verdict;
    }
    const { transition } = verdict;
    if (transition.theatre !== null) this.#theatre = transition.theatre;
    for (const { contingent, after } of transition.moves) this.#roster.set(contingent, after);
    if (this.#latest === null || event.timeMs > this.#latest.timeMs) this.#latest = event;
    this.counts.accepted += 1;
    this.#isHypothetical ||= isWhatIf(event);
    this.readModel.apply(transition);
    return verdict;
  }

  /** Counts what moves nobody by itself. */
  note(entry: Formality | Retracted): void {
    switch (entry.kind) {
      case 'duplicate':
        this.counts.duplicates += 1;
        return;
      case 'retracted':
        this.counts.retracted += 1;
        return;
      case 'correction':
        if (!knows(this.view, entry.event)) return;
        this.counts.accepted += 1;
        this.#isHypothetical ||= isWhatIf(entry.event);
        return;
      case 'refused':
        this.#refuse(entry.refusal);
        return;
      default:
        entry satisfies never;
    }
  }

  /** A fold that goes on from here by itself. `readModel` is a copy of this one's. */
  fork(view: View, readModel: R): Fold<R> {
    const fold = new Fold(this.#kernels, view, readModel, this.#roster.fork());
    fold.#theatre = this.#theatre;
    fold.#latest = this.#latest;
    Object.assign(fold.counts, this.counts);
    for (const refusal of this.#refusals) fold.#refusals.push(refusal);
    fold.#chronologyMs = this.#chronologyMs;
    fold.#isHypothetical = this.#isHypothetical;
    return fold;
  }

  /** All that a checkpoint has to keep; it changes with the next `take` or `note`. */
  dump(): FoldDump {
    return {
      theatre: this.#theatre,
      contingents: this.#roster.byId,
      latest: this.#latest,
      counts: this.counts,
      refusals: this.#refusals,
      chronologyMs: this.#chronologyMs,
      isHypothetical: this.#isHypothetical,
    };
  }

  /** The fold that was dumped; `readModel` is the one that stood beside it. */
  static restore<R extends ReadModel>(kernels: Kernels, view: View, readModel: R, dump: FoldDump): Fold<R> {
    const fold = new Fold(kernels, view, readModel);
    fold.#theatre = kernels.theatre.resolve(dump.theatre.value, dump.theatre.context);
    for (const [id, { value, context }] of dump.contingents) {
      fold.#roster.set(id, kernels.contingent.resolve(value, context));
    }
    fold.#latest = dump.latest;
    Object.assign(fold.counts, dump.counts);
    for (const refusal of dump.refusals) fold.#refusals.push(refusal);
    fold.#chronologyMs = dump.chronologyMs;
    fold.#isHypothetical = dump.isHypothetical;
    return fold;
  }

  #refuse(refusal: Refusal): void {
    this.counts.refused += 1;
    this.#refusals.push(refusal);
  }
}

function isWhatIf({ envelope }: MusterEvent): boolean {
  return envelope.basis === 'hypothetical';
}

/** A folded log: the roll, its read models, and how long the log was. */
export interface FoldedLog<R extends ReadModel> {
  readonly fold: Fold<R>;
  /** The seq of the log's last entry. */
  readonly length: number;
  readonly settlement: Settlement;
}

/**
 * Folds a whole log in a view (DOMAIN 7). `read` gives the log from its start and is called a second time when
 * that is needed: for corrections, which change what came before them, and for a view ordered by time. Memory
 * grows with identities, contingents and refusals, not with events, unless a view by time finds the log out of order.
 */
export async function foldLog<R extends ReadModel>(
  kernels: Kernels,
  read: () => AsyncIterable<RawEntry> | Iterable<RawEntry>,
  view: View,
  newReadModel: () => R,
): Promise<FoldedLog<R>> {
  const settlement = new Settlement();
  const formalities: Formality[] = [];
  let fold = new Fold(kernels, view, newReadModel());
  let length = 0;
  let latestMs = Number.NEGATIVE_INFINITY;
  let inOrder = true;
  let isCorrected = false;

  const take = (entry: RawEntry) => {
    length = entry.seq;
    const settled = settlement.take(entry);
    if (settled.kind !== 'fact') {
      formalities.push(settled);
      isCorrected ||= settled.kind === 'correction';
      return;
    }
    const { timeMs } = settled.event;
    inOrder &&= view.asOfMs === undefined || timeMs >= latestMs;
    latestMs = timeMs;
    if (inOrder && !isCorrected && holds(view, settled.event)) fold.take(settled);
  };
  const entries = read();
  // `for await` of what is there already would make a promise for every entry.
  if (Symbol.iterator in entries) for (const entry of entries) take(entry);
  else for await (const entry of entries) take(entry);

  if (isCorrected || !inOrder) {
    fold = new Fold(kernels, view, newReadModel());
    const late: Fact[] = [];
    for await (const entry of read()) {
      if (entry.seq > length) break;
      const recalled = settlement.recall(entry, view);
      if (recalled === null) continue;
      if (recalled.kind === 'retracted') fold.note(recalled);
      else if (view.asOfMs === undefined) fold.take(recalled);
      else late.push(recalled);
    }
    late.sort((a, b) => a.event.timeMs - b.event.timeMs || a.seq - b.seq);
    for (const fact of late) fold.take(fact);
  }
  for (const formality of formalities) fold.note(formality);
  return { fold, length, settlement };
}
