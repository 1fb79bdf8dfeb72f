import { once } from 'node:events';
import type { Logger } from 'pino';
import { type RollId, rollName } from '../../events/ids.ts';
import type { Reference } from '../../events/reference/reference.ts';
import type { EventLog, RollInfo } from '../log/port.ts';
import { Gazetteer } from '../readmodels/map/locate.ts';
import { createKernels, type Kernels } from '../roll/kernels.ts';
import { Checkpoints } from './checkpoints.ts';
import { type Clock, monotonicClock } from './clock.ts';
import { keepTrying } from './keep-trying.ts';
import { FollowedRoll, summaryOf } from './live-roll.ts';
import { NewsStream } from './news-stream.ts';
import type { RecentLimits } from './recent.ts';
import { ReplayThreads } from './replay-threads.ts';
import { RollLog } from './roll-log.ts';
import type { Holdings, RollSummary } from './service.ts';
import { type LeaseOptions, SharedRolls } from './shared-rolls.ts';
import type { Telemetry } from './telemetry.ts';
import { ViewThreads } from './view-threads.ts';

const CHECKPOINT_EVERY = 10_000;
const UPDATES_KEPT: RecentLimits = { items: 1_000, bytes: 16_777_216 };
/** How long a roll that is not held is followed after somebody asked for it last. */
const IDLE_MS = 300_000;
const SWEEP_MS = 10_000;
/** Rolls that an answer names. */
const MOST_NAMED = 5;

/** What a service is started with. */
export interface ServiceOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  /** What everything here waits by; the machine's own unless given. */
  readonly clock?: Clock;
  /** Where folds are stored, so that a start reads the tail of a log only. Without it every start reads all. */
  readonly checkpoints?: {
    readonly directory: string;
    /** Entries between two of them, at least; 10,000 unless given. */
    readonly every?: number;
  };
  readonly kernels?: Kernels;
  /** Updates kept of each roll for its readers, 1,000 and 16 MiB unless given; one who falls further behind is ended. */
  readonly updatesKept?: Partial<RecentLimits>;
  /** With whom this process shares the rolls; without it, it follows them all. */
  readonly leases?: LeaseOptions;
  /** Milliseconds that a roll which is not held is followed after somebody asked for it; five minutes unless given. */
  readonly idleMs?: number;
  /** Told of the work; one of its own unless given. */
  readonly telemetry?: Telemetry;
}

/**
 * Every roll of a log, followed where it is due: all of them by a process that shares them with nobody; otherwise
 * those it holds, and any other from when somebody asks for it until it is idle. Those too are folded from the log
 * and not read from the outputs: a correction changes what was said before, and no output says how.
 */
export class Rolls {
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly #log: EventLog;
  readonly #logger: Logger;
  readonly #options: ServiceOptions & { readonly telemetry: Telemetry };
  readonly #checkpoints: Checkpoints | null;
  readonly #threads: ViewThreads;
  /** Null with kernels of somebody else's, which its threads have not. */
  readonly #replays: ReplayThreads | null;
  readonly #gazetteer: Gazetteer;
  /** All that the log has. */
  readonly #infos = new Map<string, RollInfo>();
  readonly #followed = new Map<string, FollowedRoll>();
  /** When somebody last asked for a roll. */
  readonly #askedAt = new Map<string, number>();
  readonly #shared: SharedRolls | null;
  readonly #news = new NewsStream<FollowedRoll>();
  readonly #closing = new AbortController();
  readonly #dropping = new Set<Promise<void>>();
  #initial: readonly FollowedRoll[] | null = null;
  #starting: Promise<void> = Promise.resolve();
  #discovering: Promise<void> = Promise.resolve();
  #isLogReached = false;

  constructor(options: ServiceOptions & { readonly telemetry: Telemetry }, { places }: Reference) {
    this.#options = options;
    this.#log = options.log;
    this.#logger = options.logger;
    this.kernels = options.kernels ?? createKernels();
    this.clock = options.clock ?? monotonicClock;
    this.#gazetteer = new Gazetteer(places);
    this.#threads = new ViewThreads(this.kernels, this.#gazetteer);
    this.#replays = options.kernels === undefined ? new ReplayThreads() : null;
    this.#checkpoints = options.checkpoints ? new Checkpoints(options.checkpoints.directory) : null;
    const stock = {
      ready: (name: string) => this.#followedAs(name),
      release: (name: string) => this.#dropIfIdle(name),
    };
    const { leases, logger, telemetry } = options;
    this.#shared = leases ? new SharedRolls(leases, this.clock, stock, logger, telemetry) : null;
  }

  async start(): Promise<void> {
    const infos = await this.#log.rolls();
    for (const info of infos) this.#note(info);
    this.#isLogReached = true;
    this.#discovering = this.#discover();
    if (this.#shared === null) {
      this.#initial = this.list();
      return;
    }
    this.#shared.start();
    this.#starting = this.#shared.firstShare().then((share) => {
      this.#initial = share;
    });
    void this.#keepSweeping();
  }

  /** The rolls whose outputs are ours; null if nobody shares them. */
  get holdings(): Holdings | null {
    return this.#shared;
  }

  /** Leaves what it holds to other processes. */
  async leave(): Promise<void> {
    await this.#shared?.leave();
  }

  /** Ends every roll's updates and following, and stores the last checkpoints. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.leave();
    await this.#discovering;
    await Promise.all([
      this.#threads.close(),
      this.#replays?.close(),
      ...this.#dropping,
      ...[...this.#followed.values()].map((roll) => roll.close()),
    ]);
  }

  /** Those followed, by name in code-unit order. */
  list(): readonly FollowedRoll[] {
    return inOrder(this.#followed);
  }

  /** All rolls of the log by name in code-unit order, closed ones too. Throws if one is not followed and the log can't be read. */
  async summaries(): Promise<readonly RollSummary[]> {
    const areAllFollowed = this.#followed.size === this.#infos.size;
    const heads = areAllFollowed ? new Map<string, number>() : await this.#log.heads();
    return inOrder(this.#infos).map((info) => {
      const name = rollName(info.roll);
      const followed = this.#followed.get(name);
      return followed?.summary ?? summaryOf(info, heads.get(name) ?? 0, true);
    });
  }

  /** A roll that was heard of, followed from now on if it was not. */
  known(id: RollId): FollowedRoll | undefined {
    const name = rollName(id);
    const roll = this.#closing.signal.aborted ? this.#followed.get(name) : this.#followedAs(name);
    if (roll !== undefined && this.#shared !== null) this.#askedAt.set(name, this.clock.now());
    roll?.start();
    return roll;
  }

  /** As `known`, but asks the log about a roll that has not been heard of yet. Throws if the log can't be read. */
  async find(id: RollId): Promise<FollowedRoll | undefined> {
    if (!this.#infos.has(rollName(id)) && !this.#closing.signal.aborted) await this.#ask();
    return this.known(id);
  }

  /** Takes note of what a roll was made, before the log's news of it come. */
  described(info: RollInfo): void {
    if (this.#infos.has(rollName(info.roll))) this.#note(info);
  }

  /** The rolls followed now, then each one as it is. */
  follow(signal: AbortSignal): AsyncIterable<FollowedRoll> {
    return this.#news.follow(this.list(), AbortSignal.any([signal, this.#closing.signal]));
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Why not every roll of the start is current, or one can't be read or does not go on; null if all is well. */
  unreadiness(): string | null {
    if (!this.#isLogReached) return 'The list of rolls cannot be read; trying again';
    if (this.#initial === null) return 'The rolls are being shared out';
    const faulted = this.list().filter(({ follower }) => follower.isFaulted);
    if (faulted.length > 0) return `Reading failed of ${named(faulted)}; trying again`;
    const stuck = this.list().filter(({ follower }) => follower.isStuck);
    if (stuck.length > 0) return `The log has more than it gives of ${named(stuck)}`;
    const unread = this.#initial.filter(({ follower, isClosed }) => !follower.isCurrent && !isClosed);
    return unread.length > 0 ? `Still reading ${named(unread)}` : null;
  }

  /** Resolves when every roll of the start is current; false if the signal aborts or the rolls are closed before. */
  async whenReady(signal?: AbortSignal): Promise<boolean> {
    const closing = this.#closing.signal;
    const ended = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    await Promise.race([this.#starting, aborted(ended)]);
    for (const roll of this.#initial ?? []) {
      const isThere = () => roll.isClosed || (roll.follower.isCurrent && !roll.follower.isFaulted);
      await roll.follower.until(() => (isThere() ? true : undefined), ended);
    }
    return this.unreadiness() === null && !closing.aborted;
  }

  /** Takes note of every roll that the log has, and will have, until this is closed. Never throws. */
  async #discover(): Promise<void> {
    const { signal } = this.#closing;
    const attempt = async (progress: () => void) => {
      for await (const info of this.#log.followRolls(signal)) {
        this.#isLogReached = true;
        // A branch may be told of before its base.
        if (info.base !== null && !this.#hasLineage(info)) await this.#ask();
        this.#note(info);
        progress();
      }
      if (!signal.aborted) throw new Error('The log ended while its rolls were followed');
    };
    const failed = (error: unknown) => {
      this.#isLogReached = false;
      this.#logger.error({ err: error }, 'Following the list of rolls failed; trying again');
    };
    await keepTrying({ attempt, failed }, signal, this.clock);
  }

  /** Takes note of every roll that the log has now. */
  async #ask(): Promise<void> {
    const infos = await this.#log.rolls();
    for (const info of infos) this.#infos.set(rollName(info.roll), info);
    for (const info of infos) this.#note(info);
  }

  #note(info: RollInfo): void {
    const name = rollName(info.roll);
    this.#infos.set(name, info);
    this.#followed.get(name)?.describe(info);
    if (this.#shared === null) this.#followedAs(name)?.start();
    else this.#shared.know(name);
  }

  /** The roll of that name, which is followed from now on, though perhaps not started. */
  #followedAs(name: string): FollowedRoll | undefined {
    const info = this.#infos.get(name);
    const followed = this.#followed.get(name);
    if (info === undefined || followed !== undefined) return followed;
    const roll = new FollowedRoll({
      info,
      log: new RollLog(this.#log, info.roll, this.#lineageOf(info)),
      kernels: this.kernels,
      threads: this.#threads,
      replays: this.#replays,
      gazetteer: this.#gazetteer,
      logger: this.#logger,
      clock: this.clock,
      checkpoints: this.#checkpoints,
      checkpointEvery: this.#options.checkpoints?.every ?? CHECKPOINT_EVERY,
      updatesKept: { ...UPDATES_KEPT, ...this.#options.updatesKept },
      telemetry: this.#options.telemetry,
    });
    this.#followed.set(name, roll);
    this.#news.put(roll);
    return roll;
  }

  /** The roll, its base, that one's base …, as far as they are known. */
  #lineageOf(info: RollInfo): readonly RollInfo[] {
    const lineage = [info];
    for (let at = this.#baseOf(info); at !== undefined; at = this.#baseOf(at)) lineage.push(at);
    return lineage;
  }

  #hasLineage(info: RollInfo): boolean {
    return this.#lineageOf(info).at(-1)?.base === null;
  }

  #baseOf({ roll: { theatre }, base }: RollInfo): RollInfo | undefined {
    return base === null ? undefined : this.#infos.get(rollName({ theatre, timeline: base.timeline }));
  }

  async #keepSweeping(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.clock.sleep(SWEEP_MS, signal);
      for (const name of [...this.#followed.keys()]) this.#dropIfIdle(name);
    }
  }

  /** Follows a roll no longer that is neither held nor read, and for which nobody asked lately. */
  #dropIfIdle(name: string): void {
    const roll = this.#followed.get(name);
    const idleMs = this.clock.now() - (this.#askedAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (roll === undefined || roll.isRead || this.#shared?.isHeld(name)) return;
    if (idleMs < (this.#options.idleMs ?? IDLE_MS) || this.#closing.signal.aborted) return;
    this.#followed.delete(name);
    this.#askedAt.delete(name);
    const dropped = roll.close().finally(() => this.#dropping.delete(dropped));
    this.#dropping.add(dropped);
  }
}

/** Some rolls by name, and where each stands. */
function named(rolls: readonly FollowedRoll[]): string {
  const names = rolls
    .slice(0, MOST_NAMED)
    .map(({ id, follower }) => `${rollName(id)} (${follower.read} entries read)`);
  const more = rolls.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function inOrder<T>(byName: ReadonlyMap<string, T>): T[] {
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
