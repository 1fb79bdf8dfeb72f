import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { RollDistribution } from '../readmodels/roll-document.ts';
import { transitionDocument } from '../readmodels/transition-document.ts';
import type { Outcome } from '../roll/outcome.ts';
import type { Clock } from './clock.ts';
import { Coalescer } from './coalescer.ts';
import type { RecentLimits } from './recent.ts';
import { RecentUpdates } from './recent-updates.ts';
import type { RollFollower } from './roll-follower.ts';
import type { Update } from './service.ts';
import type { Telemetry } from './telemetry.ts';
import type { Trace } from './traces.ts';

const DISTRIBUTION_INTERVAL_MS = 50;
/** What a distribution takes in memory, about: it has the same numbers however many contingents there are. */
const DISTRIBUTION_BYTES = 2_000;

export interface RollUpdatesOptions {
  readonly follower: RollFollower;
  /** As the roll stands. */
  readonly distribution: () => RollDistribution;
  readonly clock: Clock;
  /** Updates kept for readers; one who is further behind is ended. */
  readonly kept: RecentLimits;
  /** Names the roll in each line. */
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** What the readers of a roll are told: every transition and refusal, once, in order, and distributions between. */
export class RollUpdates {
  readonly #options: RollUpdatesOptions;
  readonly #distributions: Coalescer;
  /** Null until the roll is current. */
  #recent: RecentUpdates | null = null;
  #readers = 0;

  constructor(options: RollUpdatesOptions) {
    this.#options = options;
    this.#distributions = new Coalescer(options.clock, DISTRIBUTION_INTERVAL_MS, () =>
      this.#putDistribution(),
    );
  }

  /** Keeps what comes after an entry, with which the roll is current; once. */
  begin(seq: number): void {
    this.#recent ??= new RecentUpdates(this.#options.kept, seq);
  }

  /** Takes the outcome of the next entry. `bytes`: what it takes in memory, about. */
  put(outcome: Outcome, bytes: number, trace: Trace | null): void {
    const update = updateOf(outcome, trace);
    if (update !== null) this.#recent?.put(update, bytes);
    this.#distributions.ask();
  }

  /** Tells the distribution again, though no entry came: what the roll is has changed. */
  redraw(): void {
    // One for an entry that is not told yet is told with it.
    if (this.#recent !== null && this.#options.follower.state.seq === this.#toldSeq)
      this.#distributions.ask();
  }

  /** Puts in a distribution that is due; none comes after that. */
  end(): void {
    this.#distributions.stop();
  }

  /** Whether somebody reads them. */
  get areRead(): boolean {
    return this.#readers > 0;
  }

  /**
   * What came after an entry, or comes after now for null, as the roll's updates of the service's port say; until
   * the signal aborts, or the reader is so far behind that some are dropped.
   */
  async *read(after: number | null, ended: AbortSignal): AsyncGenerator<readonly Update[]> {
    const release = this.#options.follower.news.tellOnAbort(ended);
    this.#readers++;
    try {
      yield* this.#read(after, ended);
    } finally {
      this.#readers--;
      release();
    }
  }

  async *#read(after: number | null, ended: AbortSignal): AsyncGenerator<readonly Update[]> {
    const { follower } = this.#options;
    const recent = await follower.until(() => this.#recent ?? undefined, ended);
    if (recent === undefined) return;

    let seen = Math.min(after ?? this.#toldSeq, this.#toldSeq);
    let place = recent.placeAfter(seen);
    while (place === null) {
      const to = this.#toldSeq;
      for await (const outcome of follower.past(seen, to)) {
        if (ended.aborted) return;
        const update = updateOf(outcome);
        if (update !== null) yield [update];
      }
      seen = to;
      place = recent.placeAfter(seen);
    }

    // Between a fold and its telling there is a moment: a distribution must not come before its transition.
    while (follower.state.seq !== this.#toldSeq && !ended.aborted) await follower.news.next();
    let joinedAt: number | undefined = recent.end;
    const joinedWith = this.#distributionUpdate();
    while (!ended.aborted) {
      if (joinedAt !== undefined && place >= joinedAt) {
        joinedAt = undefined;
        yield [joinedWith];
        continue;
      }
      const batch = recent.batchAt(place, joinedAt);
      if (batch === 'gone') {
        this.#tellDropped();
        return;
      }
      if (batch === undefined) {
        await follower.news.next();
        // What comes in the same turn of the event loop, such as a group that was committed, goes along.
        await nextTurn();
        continue;
      }
      place = batch.next;
      // Of the distributions before it came the reader gets the last one only.
      const updates =
        joinedAt === undefined ? batch.updates : batch.updates.filter(({ kind }) => kind !== 'distribution');
      if (updates.length > 0) yield updates;
    }
  }

  get #toldSeq(): number {
    return this.#options.follower.told ?? 0;
  }

  #tellDropped(): void {
    const { logger, telemetry } = this.#options;
    telemetry.readerDropped();
    logger.info({ seq: this.#toldSeq }, 'Ended a reader that was too slow');
  }

  #putDistribution(): void {
    this.#recent?.put(this.#distributionUpdate(), DISTRIBUTION_BYTES);
    this.#options.follower.announce();
  }

  #distributionUpdate(): Update {
    const distribution = this.#options.distribution();
    return { kind: 'distribution', seq: distribution.seq, distribution };
  }
}

/** What readers are told of an outcome; nothing of a duplicate. */
export function updateOf(outcome: Outcome, trace: Trace | null = null): Update | null {
  const traced = trace === null ? {} : { trace };
  switch (outcome.kind) {
    case 'accepted': {
      const transition = transitionDocument(outcome.transition);
      return { kind: 'transition', seq: transition.seq, transition, ...traced };
    }
    case 'refused': {
      const { seq, refusal, publishedFor } = outcome;
      const stray = publishedFor === undefined ? {} : { publishedFor };
      return { kind: 'refusal', seq, refusal, ...stray, ...traced };
    }
    case 'duplicate':
      return null;
    default:
      return outcome satisfies never;
  }
}
