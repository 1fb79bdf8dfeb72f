import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type RollId, rollName } from '../../events/ids.ts';
import type { Reference } from '../../events/reference/reference.ts';
import type { EventLog, RollInfo } from '../log/port.ts';
import { Gazetteer } from '../readmodels/map/locate.ts';
import { createKernels, type Kernels } from '../roll/kernels.ts';
import { Checkpoints } from './checkpoints.ts';
import { FollowedRoll } from './live-roll.ts';
import { RollLog } from './roll-log.ts';
import { ViewThreads } from './view-threads.ts';

const CHECKPOINT_EVERY = 10_000;
const UPDATES_KEPT = 1_000;
const RETRY_MS = 1_000;

/** What a service is started with. */
export interface ServiceOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  /** Where folds are stored, so that a start reads the tail of a log only. Without it every start reads all. */
  readonly checkpoints?: {
    readonly directory: string;
    /** Entries between two of them, at least; 10,000 unless given. */
    readonly every?: number;
  };
  readonly kernels?: Kernels;
  /** Updates kept of each roll for its readers, 1,000 unless given; one who falls further behind is ended. */
  readonly updatesKept?: number;
}

/** Every roll of a log, each followed from when it becomes known. */
export class Rolls {
  readonly kernels: Kernels;
  readonly #log: EventLog;
  readonly #logger: Logger;
  readonly #options: ServiceOptions;
  readonly #checkpoints: Checkpoints | null;
  readonly #threads: ViewThreads;
  readonly #gazetteer: Gazetteer;
  readonly #rolls = new Map<string, FollowedRoll>();
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();
  #initial: readonly FollowedRoll[] = [];
  #discovering: Promise<void> = Promise.resolve();
  #isLogReached = false;

  constructor(options: ServiceOptions, { places }: Reference) {
    this.#options = options;
    this.#log = options.log;
    this.#logger = options.logger;
    this.kernels = options.kernels ?? createKernels();
    this.#gazetteer = new Gazetteer(places);
    this.#threads = new ViewThreads(this.kernels, this.#gazetteer);
    this.#checkpoints = options.checkpoints ? new Checkpoints(options.checkpoints.directory) : null;
  }

  async start(): Promise<void> {
    const infos = await this.#log.rolls();
    this.#initial = infos.map((info) => this.#adopt(info, infos));
    this.#isLogReached = true;
    this.#discovering = this.#discover();
  }

  /** Ends every roll's updates and following, and stores the last checkpoints. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#discovering;
    await Promise.all([this.#threads.close(), ...this.list().map((roll) => roll.close())]);
  }

  /** By name, in code-unit order. */
  list(): readonly FollowedRoll[] {
    return [...this.#rolls].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, roll]) => roll);
  }

  known(id: RollId): FollowedRoll | undefined {
    return this.#rolls.get(rollName(id));
  }

  /** As `known`, but asks the log about a roll that has not been heard of yet. Throws if the log can't be read. */
  async find(id: RollId): Promise<FollowedRoll | undefined> {
    const known = this.known(id);
    if (known !== undefined || this.#closing.signal.aborted) return known;
    const infos = await this.#log.rolls();
    const info = infos.find(({ roll }) => rollName(roll) === rollName(id));
    return info && this.#adopt(info, infos);
  }

  /** The rolls known now, then each one as it becomes known. */
  async *follow(signal: AbortSignal): AsyncGenerator<FollowedRoll> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const seen = new Set<FollowedRoll>();
    while (!ended.aborted) {
      const next = this.list().find((roll) => !seen.has(roll));
      if (next === undefined) {
        await once(this.#news, 'roll', { signal: ended }).catch(() => {}); // it rejects for the signal only
      } else {
        seen.add(next);
        yield next;
      }
    }
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  get isReady(): boolean {
    return (
      this.#isLogReached &&
      this.#initial.every(({ follower }) => follower.isCurrent) &&
      this.list().every(({ follower }) => !follower.isFaulted)
    );
  }

  /** Resolves when every roll of the start is current; false if the signal aborts or the rolls are closed before. */
  async whenReady(signal?: AbortSignal): Promise<boolean> {
    const closing = this.#closing.signal;
    const ended = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    for (const { follower } of this.#initial) {
      await follower.until(() => (follower.isCurrent && !follower.isFaulted ? true : undefined), ended);
    }
    return this.isReady && !closing.aborted;
  }

  async #discover(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        for await (const info of this.#log.followRolls(signal)) {
          this.#isLogReached = true;
          const known = this.known(info.roll);
          if (known !== undefined) known.describe(info);
          else this.#adopt(info, await this.#log.rolls());
        }
        if (!signal.aborted) throw new Error('The log ended while its rolls were followed');
      } catch (error) {
        if (signal.aborted) return;
        this.#isLogReached = false;
        this.#logger.error({ err: error }, 'Following the list of rolls failed; trying again');
        await delay(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #adopt(info: RollInfo, infos: readonly RollInfo[]): FollowedRoll {
    const known = this.known(info.roll);
    if (known !== undefined) return known;
    const roll = new FollowedRoll({
      info,
      log: new RollLog(this.#log, info.roll, infos),
      kernels: this.kernels,
      threads: this.#threads,
      gazetteer: this.#gazetteer,
      logger: this.#logger,
      checkpoints: this.#checkpoints,
      checkpointEvery: this.#options.checkpoints?.every ?? CHECKPOINT_EVERY,
      updatesKept: this.#options.updatesKept ?? UPDATES_KEPT,
    });
    this.#rolls.set(rollName(info.roll), roll);
    roll.start();
    this.#news.emit('roll');
    return roll;
  }
}
