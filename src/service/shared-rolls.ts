import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { LeaseMember } from './leases/lease-member.ts';
import type { LeaseStore } from './leases/ports.ts';
import type { FollowedRoll } from './live-roll.ts';
import { NewsStream } from './news-stream.ts';
import type { Holding, Holdings } from './service.ts';
import type { Telemetry } from './telemetry.ts';

/** How processes share the rolls of a log. */
export interface LeaseOptions {
  readonly store: LeaseStore;
  /** Milliseconds after which others take the rolls of a process that gives no sign of life; 10,000 unless given. */
  readonly leaseMs?: number;
  /** What this process is called among those that share; a name of its own, with host and process, unless given. */
  readonly name?: string;
}

const LEASE_MS = 10_000;
/** Rolls that read their logs at the same time after they were taken. */
const STARTS_AT_ONCE = 16;

/** What sharing asks of the rolls. */
export interface RollStock {
  /** The roll of a name, followed but not started by this. */
  ready(name: string): FollowedRoll | undefined;
  /** Told when a roll is ours no longer. */
  release(name: string): void;
}

/** The rolls that this process holds of those that several share. */
export class SharedRolls implements Holdings {
  readonly #member: LeaseMember;
  readonly #stock: RollStock;
  readonly #logger: Logger;
  readonly #held = new Map<string, { readonly live: FollowedRoll; readonly lost: AbortSignal }>();
  /** Those of them whose log was read: to publish for all at once would swamp the server at a start. */
  readonly #ready = new Map<string, Holding>();
  readonly #news = new NewsStream<Holding>();
  readonly #turns = pLimit(STARTS_AT_ONCE);
  readonly #leaving = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    { store, leaseMs = LEASE_MS, name = memberName() }: LeaseOptions,
    clock: Clock,
    stock: RollStock,
    logger: Logger,
    telemetry: Telemetry,
  ) {
    this.#stock = stock;
    this.#logger = logger;
    this.#member = new LeaseMember({
      name,
      store,
      clock,
      leaseMs,
      logger: logger.child({ member: name }),
      onTaken: (roll, lost) => this.#hold(roll, lost),
    });
    const member = this.#member;
    telemetry.gauge('muster_leases_held', 'Rolls that this process holds', () => this.#held.size);
    telemetry.gauge(
      'muster_members',
      'Processes that share the rolls, as this one sees',
      () => member.members,
    );
  }

  /** Takes note of a roll that somebody is to hold. */
  know(name: string): void {
    this.#member.know(name);
  }

  start(): void {
    this.#running = this.#member.run(this.#leaving.signal);
  }

  /** Leaves all rolls to the other processes, at once. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#running;
  }

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** The rolls of the share that it comes to first. */
  async firstShare(): Promise<readonly FollowedRoll[]> {
    await this.#member.settled;
    return [...this.#held.values()].map(({ live }) => live);
  }

  follow(signal: AbortSignal): AsyncIterable<Holding> {
    return this.#news.follow([...this.#ready.values()], AbortSignal.any([signal, this.#leaving.signal]));
  }

  #hold(name: string, lost: AbortSignal): void {
    const live = this.#stock.ready(name);
    if (live === undefined) return;
    const holding = { live, lost };
    this.#held.set(name, holding);
    this.#logger.info({ roll: name, seq: live.summary.seq }, 'Holds the roll from now on');
    const release = () => {
      this.#logger.info({ roll: name, seq: live.summary.seq }, 'Holds the roll no longer');
      if (this.#held.get(name) === holding) this.#held.delete(name);
      if (this.#ready.get(name) === holding) this.#ready.delete(name);
      this.#stock.release(name);
    };
    lost.addEventListener('abort', release, { once: true });
    void this.#turns(async () => {
      if (!lost.aborted) await live.startAndRead();
      if (lost.aborted) return;
      this.#ready.set(name, holding);
      this.#news.put(holding);
    });
  }
}

/** Tells an operator where it runs; a dot would make it look like a roll's. */
function memberName(): string {
  const host = hostname().replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return `${host}-${process.pid}-${randomUUID().slice(0, 8)}`;
}
