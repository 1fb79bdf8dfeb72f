import { instantOf } from '../../events/time.ts';
import { factsInTurn, type ReadRange } from './facts-in-turn.ts';
import { Fold, type ReadModel } from './fold.ts';
import type { Kernels } from './kernels.ts';
import { type Correction, type Fact, type Formality, type Retracted, Settlement } from './settlement.ts';
import { knows, type View } from './view.ts';

/** A read model of which a copy can go its own way. */
export interface ForkableModel<R> extends ReadModel {
  fork(): R;
}

/** In which order a trail takes facts: that of the log, or that in which they happened (DOMAIN 7). */
export type TrailOrder = 'log' | 'time';

/** How close a trail's milestones are. */
export interface TrailSpacing {
  /** Facts between two milestones at least. Half as many as there are contingents, if that is more: each is copied. */
  readonly facts: number;
  /** Contingents in all milestones together at most; beyond, every second milestone goes. */
  readonly contingentsKept: number;
}

/** The fold as it was after the first facts of a trail, and what tells whether a view begins with just these. */
interface Milestone<R extends ForkableModel<R>> {
  /** How many facts. */
  readonly place: number;
  readonly lastMs: number;
  readonly maxSeq: number;
  readonly maxObservedMs: number;
  readonly fold: Fold<R>;
}

/** A correction, and the earliest fact whose place or meaning it changes. */
interface Turn {
  readonly seq: number;
  readonly event: Correction;
  readonly targetSeq: number;
  /** The earliest instant that its target ever had. */
  readonly fromMs: number;
}

/** When something happened, and when it became known. */
interface Times {
  readonly timeMs: number;
  readonly observedMs: number;
}

/** A fold in a view of the first `length` entries. */
export interface TrailFold<R extends ReadModel> {
  readonly fold: Fold<R>;
  readonly length: number;
}

/**
 * A log folded once in one order, with the fold kept at milestones, so that a view is answered from the last
 * milestone that it shares instead of from the first entry. Grows with its log; gives what `foldLog` gives.
 */
export class Trail<R extends ForkableModel<R>> {
  readonly #kernels: Kernels;
  readonly #order: TrailOrder;
  readonly #spacing: TrailSpacing;
  readonly #newReadModel: () => R;
  readonly #view: View;
  readonly #settlement = new Settlement();
  readonly #formalities: Formality[] = [];
  readonly #turns: Turn[] = [];
  /** Of each fact, in the order of the log. */
  readonly #seqs: number[] = [];
  readonly #timesMs: number[] = [];
  readonly #observedMs: number[] = [];
  /** The times that a corrected fact was logged with, by seq. */
  readonly #logged = new Map<number, Times>();
  /** Facts in the order of the trail, by their place in the log; null while that is the order. */
  #sorted: number[] | null = null;
  #milestones: Milestone<R>[] = [];
  #last: Milestone<R>;
  /** The last instant of all facts. */
  #latestMs = Number.NEGATIVE_INFINITY;
  #length = 0;

  constructor(kernels: Kernels, order: TrailOrder, spacing: TrailSpacing, newReadModel: () => R) {
    this.#kernels = kernels;
    this.#order = order;
    this.#spacing = spacing;
    this.#newReadModel = newReadModel;
    this.#view = order === 'time' ? { asOfMs: Number.POSITIVE_INFINITY } : {};
    this.#last = this.#start();
  }

  /** How many entries of the log it knows. */
  get length(): number {
    return this.#length;
  }

  /**
   * The fold of the first `to` entries in a view: one with `asOfMs` if the trail is in the order of time, else one
   * without. Throws what `read` throws; the trail is of no use then.
   */
  async fold(read: ReadRange, to: number, view: View): Promise<TrailFold<R>> {
    if ((view.asOfMs === undefined) !== (this.#order === 'log')) {
      throw new Error(`A trail in the order of ${this.#order} was asked for another`);
    }
    if (to > this.#length) await this.#extend(read, to);
    const unknown = this.#turns.filter(({ seq, event }) => seq > to || !knows(view, event));
    const { asOfMs = Number.POSITIVE_INFINITY, asKnownMs = Number.POSITIVE_INFINITY } = view;
    const isShared = this.#standsBefore(unknown);
    const milestone = this.#milestones.findLast(
      (one) => one.lastMs <= asOfMs && one.maxSeq <= to && one.maxObservedMs <= asKnownMs && isShared(one),
    );
    const { place, fold: shared } = milestone ?? this.#start();
    const fold = shared.fork(view, shared.readModel.fork());
    const wanted = await this.#remaining(read, place, to, view, unknown);
    await factsInTurn(read, this.#settlement, { view, length: to }, wanted, (fact) => apply(fold, fact));
    for (const formality of this.#formalities) {
      if (formality.seq <= to) fold.note(formality);
    }
    return { fold, length: to };
  }

  /** Takes the entries that came since. */
  async #extend(read: ReadRange, to: number): Promise<void> {
    let isDisturbed = false;
    for await (const entry of read({ from: this.#length + 1, to })) {
      if (entry.seq !== this.#length + 1) {
        throw new Error(`The log gave entry ${entry.seq} where ${this.#length + 1} was due`);
      }
      this.#length = entry.seq;
      const settled = this.#settlement.take(entry);
      if (settled.kind === 'correction') {
        const turn = this.#turn(settled.seq, settled.event);
        this.#turns.push(turn);
        this.#goBack(this.#standsBefore([turn]));
        isDisturbed = true;
      }
      if (settled.kind !== 'fact') {
        this.#formalities.push(settled);
        continue;
      }
      const { timeMs, observedMs } = settled.event;
      this.#seqs.push(settled.seq);
      this.#timesMs.push(timeMs);
      this.#observedMs.push(observedMs);
      if (this.#order === 'time' && timeMs < this.#latestMs) {
        this.#goBack(({ lastMs }) => lastMs <= timeMs);
        isDisturbed = true;
      }
      this.#latestMs = Math.max(this.#latestMs, timeMs);
      this.#sorted?.push(this.#seqs.length - 1);
      if (!isDisturbed) this.#take(settled, this.#seqs.length - 1);
    }
    if (this.#length !== to) throw new Error(`The log ended at ${this.#length}, before ${to}`);
    if (isDisturbed) await this.#goOn(read);
  }

  /** Folds again what lies behind the last milestone that still stands. */
  async #goOn(read: ReadRange): Promise<void> {
    if (this.#order === 'time') {
      this.#sorted ??= this.#seqs.map((_, index) => index);
      this.#sorted.sort((a, b) => this.#timeOf(a) - this.#timeOf(b) || a - b);
      this.#latestMs = this.#timeOf(this.#at(this.#seqs.length - 1));
    }
    const { place } = this.#last;
    const rest = this.#seqs.slice(place).map((_, turn) => this.#seqs[this.#at(place + turn)] ?? 0);
    await factsInTurn(
      read,
      this.#settlement,
      { view: this.#view, length: this.#length },
      rest,
      (fact, turn) => this.#take(fact, this.#at(place + turn)),
    );
  }

  /** Takes the next fact of the trail, and sets a milestone when one is due. */
  #take(fact: Fact | Retracted, index: number): void {
    const { place, maxSeq, maxObservedMs, fold } = this.#last;
    apply(fold, fact);
    this.#last = {
      place: place + 1,
      lastMs: this.#timeOf(index),
      maxSeq: Math.max(maxSeq, fact.seq),
      maxObservedMs: Math.max(maxObservedMs, this.#observedMs[index] ?? 0),
      fold,
    };
    const facts = place + 1 - (this.#milestones.at(-1)?.place ?? 0);
    if (facts < Math.max(this.#spacing.facts, fold.contingents.size / 2)) return;
    this.#milestones.push({ ...this.#last, fold: fork(fold) });
    const kept = this.#milestones.reduce((sum, one) => sum + one.fold.contingents.size, 0);
    if (kept <= this.#spacing.contingentsKept) return;
    this.#milestones = this.#milestones.filter((_, number) => number % 2 === 1);
  }

  /** Goes back to the last milestone that stands. */
  #goBack(stands: (milestone: Milestone<R>) => boolean): void {
    if (stands(this.#last)) return;
    while (this.#milestones.length > 0 && !this.#milestones.every(stands)) this.#milestones.pop();
    const milestone = this.#milestones.at(-1);
    this.#last = milestone === undefined ? this.#start() : { ...milestone, fold: fork(milestone.fold) };
  }

  /** What a correction changes. From here on its target has the times that this one says. */
  #turn(seq: number, event: Correction): Turn {
    const targetSeq = this.#settlement.targetOf(event);
    const index = this.#indexOf(targetSeq);
    const before = { timeMs: this.#timeOf(index), observedMs: this.#observedMs[index] ?? 0 };
    const logged = this.#logged.get(targetSeq) ?? before;
    const after = correctedTimes(logged, event);
    this.#logged.set(targetSeq, logged);
    this.#timesMs[index] = after.timeMs;
    this.#observedMs[index] = after.observedMs;
    return { seq, event, targetSeq, fromMs: Math.min(logged.timeMs, before.timeMs, after.timeMs) };
  }

  /** Tells of a milestone whether it lies before all that these corrections change. */
  #standsBefore(turns: readonly Turn[]): (milestone: Milestone<R>) => boolean {
    const first = turns.reduce(
      (least, { targetSeq }) => Math.min(least, targetSeq),
      Number.POSITIVE_INFINITY,
    );
    const fromMs = turns.reduce((least, turn) => Math.min(least, turn.fromMs), Number.POSITIVE_INFINITY);
    return this.#order === 'log' ? ({ maxSeq }) => maxSeq < first : ({ lastMs }) => lastMs < fromMs;
  }

  /** The facts from a place on that a view may hold, by seq in its order. */
  async #remaining(
    read: ReadRange,
    place: number,
    to: number,
    view: View,
    unknown: readonly Turn[],
  ): Promise<number[]> {
    const { asOfMs = Number.POSITIVE_INFINITY, asKnownMs = Number.POSITIVE_INFINITY } = view;
    const total = this.#seqs.length;
    const isPast =
      this.#order === 'log'
        ? (at: number) => (this.#seqs[this.#at(at)] ?? 0) > to
        : (at: number) => this.#timeOf(this.#at(at)) > asOfMs;
    const end = indexFrom(total, isPast);
    // Who does not know a correction sees its target known at another time.
    const targets = new Set(unknown.map(({ targetSeq }) => targetSeq).filter((seq) => seq <= to));
    const wanted: number[] = [];
    for (let at = place; at < end; at += 1) {
      const index = this.#at(at);
      const seq = this.#seqs[index] ?? 0;
      if (seq <= to && ((this.#observedMs[index] ?? 0) <= asKnownMs || targets.has(seq))) wanted.push(seq);
    }
    if (this.#order === 'log' || targets.size === 0) return wanted;

    // And it happened at another time there, which may be another place.
    const elsewhere = new Map<number, number>();
    const ascending = [...targets].sort((a, b) => a - b);
    await factsInTurn(read, this.#settlement, { view, length: to }, ascending, (fact) => {
      if (fact.kind === 'fact') elsewhere.set(fact.seq, fact.event.timeMs);
    });
    const others = wanted.filter((seq) => !targets.has(seq));
    const timeOf = (seq: number) => elsewhere.get(seq) ?? this.#timeOf(this.#indexOf(seq));
    return [...others, ...ascending].sort((a, b) => timeOf(a) - timeOf(b) || a - b);
  }

  #indexOf(seq: number): number {
    return indexFrom(this.#seqs.length, (index) => (this.#seqs[index] ?? 0) >= seq);
  }

  /** Which fact of the log stands at a place of the trail. */
  #at(place: number): number {
    return this.#sorted === null ? place : (this.#sorted[place] ?? place);
  }

  #timeOf(index: number): number {
    return this.#timesMs[index] ?? Number.NEGATIVE_INFINITY;
  }

  #start(): Milestone<R> {
    return {
      place: 0,
      lastMs: Number.NEGATIVE_INFINITY,
      maxSeq: 0,
      maxObservedMs: Number.NEGATIVE_INFINITY,
      fold: new Fold(this.#kernels, this.#view, this.#newReadModel()),
    };
  }
}

/** The times of a fact as a correction has it. */
function correctedTimes({ timeMs, observedMs }: Times, event: Correction): Times {
  if (event.type !== 'event.corrected') return { timeMs, observedMs };
  const { time, attributes } = event.data;
  const observed = attributes?.observedtime;
  return {
    timeMs: time === undefined ? timeMs : instantOf(time),
    observedMs: observed === undefined ? observedMs : instantOf(observed),
  };
}

/** The first of `total` places from which on something holds; `total` if it never does. */
function indexFrom(total: number, holdsFrom: (place: number) => boolean): number {
  let [low, high] = [0, total];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holdsFrom(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function fork<R extends ForkableModel<R>>(fold: Fold<R>): Fold<R> {
  return fold.fork(fold.view, fold.readModel.fork());
}

function apply<R extends ReadModel>(fold: Fold<R>, fact: Fact | Retracted): void {
  if (fact.kind === 'fact') fold.take(fact);
  else fold.note(fact);
}
