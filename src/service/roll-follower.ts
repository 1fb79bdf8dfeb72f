import type { Logger } from 'pino';
import { rollName } from '../../events/ids.ts';
import { News } from '../log/news.ts';
import type { Base } from '../log/port.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Outcome } from '../roll/outcome.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Clock } from './clock.ts';
import { keepTrying } from './keep-trying.ts';
import { bytesOfOutcome } from './outcome-bytes.ts';
import { Recent, type RecentLimits } from './recent.ts';
import type { ReplayThreads } from './replay-threads.ts';
import { type Position, positionOf, RollFold } from './roll-fold.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';
import type { Telemetry } from './telemetry.ts';
import type { Trace } from './traces.ts';

/** Outcomes kept for submissions that wait for theirs, at most: twice what the gate commits together. */
const OUTCOMES_KEPT: RecentLimits = { items: 1_024, bytes: 16_777_216 };
/** How long nothing may come of a log that is known to have more. */
const STUCK_MS = 15_000;

export interface FollowerOptions {
  readonly log: RollLog;
  readonly base: Base | null;
  readonly clock: Clock;
  readonly kernels: Kernels;
  /** Names the roll in each line. */
  readonly logger: Logger;
  readonly checkpoints: Checkpoints | null;
  /** Where a long log is folded that has no checkpoint; null: here. */
  readonly replays: ReplayThreads | null;
  /** Entries between two checkpoints, at least; a long log's grow further apart. */
  readonly checkpointEvery: number;
  /** Told when the roll is current, and again after a fault. */
  readonly onCurrent: (seq: number) => void;
  /**
   * Told of every entry that comes after that, once, in order; `bytes`: what it takes in memory, about; with the
   * trace that it brought.
   */
  readonly onOutcome: (outcome: Outcome, bytes: number, trace: Trace | null) => void;
  readonly telemetry: Telemetry;
}

/**
 * Keeps one roll folded up to the head of its log. What was in the log at the start is folded as fast as
 * possible; from there on every entry gets its outcome. A fault is logged, and the log followed anew from what
 * was told last: nothing is told twice, nothing left out.
 */
export class RollFollower {
  readonly #options: FollowerOptions;
  readonly #logger: Logger;
  readonly #news = new News();
  /** By seq, while somebody waits for some. */
  #outcomes: Recent<Outcome> | null = null;
  #awaiting = 0;
  #state: RollFold;
  #told: number | null = null;
  /** The newest entry that it knows to be in the log. */
  #heard = 0;
  /** The last entry that was given to the thread that folds a long log. */
  #given: HomedEntry | null = null;
  /** When it last folded an entry, or first heard of one that is not folded yet. */
  #movedMs = 0;
  #isFaulted = false;
  #checkpointed = 0;
  #storing: Promise<void> = Promise.resolve();
  #isInTurn = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#state = new RollFold(options.kernels, options.log);
  }

  /** The roll as it stands. */
  get state(): RollFold {
    return this.#state;
  }

  /** The last entry whose outcome was told, or the one that the roll became current with; null before that. */
  get told(): number | null {
    return this.#told;
  }

  /** Whether all that was in the log at the start is folded. */
  get isCurrent(): boolean {
    return this.#told !== null;
  }

  /** The last entry that was read, here or in a thread. */
  get read(): number {
    return Math.max(this.#state.seq, this.#given?.seq ?? 0);
  }

  /** Entries that are known to be in the log and not read. */
  get lag(): number {
    return Math.max(0, this.#heard - this.read);
  }

  get isFaulted(): boolean {
    return this.#isFaulted;
  }

  /** Whether nothing has come for long, though it heard of more. */
  get isStuck(): boolean {
    return this.isCurrent && this.lag > 0 && this.#options.clock.now() - this.#movedMs > STUCK_MS;
  }

  /** Takes note that the log has an entry. */
  hear(seq: number): void {
    if (this.lag === 0) this.#movedMs = this.#options.clock.now();
    this.#heard = Math.max(this.#heard, seq);
  }

  /** Follows until the signal aborts; resolves when the last entry and checkpoint are done. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const attempt = async (progress: () => void) => {
      const before = this.#state.seq;
      try {
        await this.#follow(await this.#begin(signal), signal);
      } finally {
        if (this.#state.seq > before) progress();
      }
      if (!signal.aborted) throw new Error('The log ended while it was followed');
    };
    const failed = (error: unknown) => {
      this.#isFaulted = true;
      this.#logger.error({ err: error, seq: this.#state.seq }, 'Following the roll failed; trying again');
      this.announce();
    };
    await keepTrying({ attempt, failed }, signal, this.#options.clock);
    await this.#storing;
    await this.#checkpoint();
  }

  /**
   * Waits until `probe` gives something, asked now and after every entry; undefined if the signal aborts before.
   */
  async until<T>(probe: () => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    const release = this.#news.tellOnAbort(signal);
    try {
      for (;;) {
        const found = probe();
        if (found !== undefined || signal.aborted) return found;
        await this.#news.next();
      }
    } finally {
      release();
    }
  }

  /** Told at every entry, at every `announce`, and when somebody who waits is to end. */
  get news(): News {
    return this.#news;
  }

  announce(): void {
    this.#news.tell();
  }

  /** Keeps what becomes of entries from now on, for `outcomesOf`, until the returned function is called. */
  awaitOutcomes(): () => void {
    this.#awaiting += 1;
    this.#keepOutcomes();
    return () => {
      this.#awaiting -= 1;
      if (this.#awaiting === 0) this.#outcomes = null;
    };
  }

  /**
   * What became of each of some entries when it was the log's last; none if the signal aborts before all are folded.
   * Of those that nobody awaited, the log is folded again.
   */
  async outcomesOf(seqs: readonly number[], signal: AbortSignal): Promise<ReadonlyMap<number, Outcome>> {
    const outcomes = new Map<number, Outcome>();
    const last = seqs.reduce((latest, seq) => Math.max(latest, seq), 0);
    const isTold = () => (this.#told !== null && this.#told >= last ? true : undefined);
    if ((await this.until(isTold, signal)) === undefined) return outcomes;
    const forgotten: number[] = [];
    for (const seq of seqs) {
      const kept = this.#outcomes?.at(seq);
      if (kept === undefined) forgotten.push(seq);
      else outcomes.set(seq, kept);
    }
    if (forgotten.length === 0) return outcomes;
    const first = forgotten.reduce((earliest, seq) => Math.min(earliest, seq), last);
    for await (const outcome of this.past(first - 1, last)) {
      const { seq } = outcome.kind === 'accepted' ? outcome.transition : outcome;
      outcomes.set(seq, outcome);
    }
    return outcomes;
  }

  /** The outcomes of the entries after one up to another, as they were then: the log is read and folded again. */
  async *past(after: number, to: number): AsyncGenerator<Outcome> {
    const { kernels, log } = this.#options;
    const roll = await RollFold.upTo(kernels, log, after);
    for await (const entry of log.read({ from: after + 1, to })) yield await roll.take(entry);
  }

  #keepOutcomes(): void {
    if (this.#awaiting > 0 && this.#told !== null) {
      this.#outcomes ??= new Recent(OUTCOMES_KEPT, this.#told + 1);
    }
  }

  /** The roll to go on from: as it was told last, as a checkpoint has it, or empty. */
  async #begin(signal: AbortSignal): Promise<RollFold> {
    const { kernels, log } = this.#options;
    if (this.#told !== null) return RollFold.upTo(kernels, log, this.#told);
    return (await this.#restore()) ?? (await this.#replay(signal)) ?? new RollFold(kernels, log);
  }

  /** The roll at the head of a long log, folded in a thread; null for what is to be folded here. */
  async #replay(signal: AbortSignal): Promise<RollFold | null> {
    const { kernels, log, replays } = this.#options;
    if (replays === null) return null;
    const head = await log.head();
    this.#heard = head;
    const onGiven = (last: HomedEntry) => {
      this.#given = last;
    };
    try {
      const dump = await replays.replay(log, head, onGiven, signal);
      if (dump === null) return null;
      const last = this.#given;
      if (last?.seq !== head) throw new Error(`The log has no entry at ${head}`);
      this.#logger.info({ seq: head }, 'Replayed the log in a thread');
      return RollFold.restore(kernels, log, positionOf(last), dump);
    } catch (error) {
      if (!signal.aborted)
        this.#logger.warn({ err: error, seq: 0 }, 'No thread replayed the log; doing it here');
      return null;
    } finally {
      this.#given = null;
    }
  }

  async #follow(state: RollFold, signal: AbortSignal): Promise<void> {
    const { clock, log, onCurrent, onOutcome, telemetry } = this.#options;
    const current = this.#told ?? (await log.head());
    this.#heard = current;
    const arrive = async () => {
      await state.settle();
      this.#told = state.seq;
      this.#keepOutcomes();
      this.#isFaulted = false;
      onCurrent(state.seq);
      this.#logger.info({ seq: state.seq }, 'The roll is current');
      this.announce();
    };
    this.#state = state;
    if (state.seq >= current) await arrive();
    for await (const entry of log.follow(state.position, signal)) {
      this.hear(entry.seq);
      telemetry.folded();
      if (entry.seq <= current) {
        state.skim(entry);
        if (entry.seq === current) await arrive();
      } else {
        const { outcome, trace } = await this.#take(state, entry);
        this.#told = entry.seq;
        const bytes = bytesOfOutcome(outcome, entry.bytes.length);
        this.#outcomes?.put(outcome, bytes);
        this.#movedMs = clock.now();
        onOutcome(outcome, bytes, trace);
        this.announce();
      }
      if (this.isCurrent && this.#isCheckpointDue()) this.#checkpointInTurn(signal);
    }
  }

  /** Folds an entry, which its trace shows. */
  async #take(state: RollFold, entry: HomedEntry): Promise<{ outcome: Outcome; trace: Trace | null }> {
    const { log, telemetry } = this.#options;
    const trace = telemetry.traces.of(entry);
    const span = trace?.begin('muster fold', { 'muster.roll': rollName(log.roll), 'muster.seq': entry.seq });
    const outcome = await state.take(entry);
    span?.end({ 'muster.outcome': outcome.kind });
    telemetry.outcome(outcome, entry.recordedTime);
    return { outcome, trace };
  }

  async #restore(): Promise<RollFold | null> {
    const { checkpoints, kernels, log, base } = this.#options;
    const loaded = (await checkpoints?.load(log.roll, base)) ?? { kind: 'absent' };
    if (loaded.kind === 'absent') return null;
    const problem =
      loaded.kind === 'unusable' ? loaded.problem : await this.#mismatch(loaded.checkpoint.position);
    if (loaded.kind === 'unusable' || problem !== null) {
      this.#options.telemetry.checkpointDiscarded();
      this.#logger.warn({ problem, seq: 0 }, 'Discarded a checkpoint; replaying the log');
      return null;
    }
    const { position, dump } = loaded.checkpoint;
    this.#checkpointed = position.seq;
    this.#logger.info({ seq: position.seq }, 'Resumed from a checkpoint');
    return RollFold.restore(kernels, log, position, dump);
  }

  /** Why a checkpoint is not one of this log, or null. */
  async #mismatch({ seq, cursor, digest }: Position): Promise<string | null> {
    const { log } = this.#options;
    const head = await log.head();
    if (seq > head) return `at ${seq}, beyond the log's head ${head}`;
    for await (const entry of log.read({ from: seq, to: seq, cursor })) {
      return positionOf(entry).digest === digest ? null : `the log has another entry at ${seq}`;
    }
    return `the log has no entry at ${seq}`;
  }

  #isCheckpointDue(): boolean {
    // A tenth of the log apart at least: storing costs as much as the log is long.
    const { checkpoints, checkpointEvery } = this.#options;
    if (checkpoints === null) return false;
    return this.#state.seq - this.#checkpointed >= Math.max(checkpointEvery, this.#state.seq / 10);
  }

  #checkpointInTurn(signal: AbortSignal): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    void this.#options.checkpoints?.inTurn(async () => {
      if (!signal.aborted) await this.#checkpoint();
      this.#isInTurn = false;
    });
  }

  async #checkpoint(): Promise<void> {
    const { checkpoints, log, base } = this.#options;
    const { seq, position } = this.#state;
    if (checkpoints === null || position === null || position.seq !== seq) return;
    if (seq <= this.#checkpointed) return;
    this.#checkpointed = seq;
    this.#storing = checkpoints.store(log.roll, base, { position, dump: this.#state.dump() }).then(
      () => this.#logger.debug({ seq }, 'Stored a checkpoint'),
      (error: unknown) =>
        this.#logger.error({ err: error, seq }, 'No checkpoint stored; the next start reads more'),
    );
    await this.#storing;
  }
}
