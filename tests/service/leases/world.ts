import { EventEmitter, once, setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../src/service/clock.ts';
import { LeaseMember } from '../../../src/service/leases/lease-member.ts';
import type { LeaseChange, LeaseStore } from '../../../src/service/leases/ports.ts';
import { silent } from '../workbench.ts';

export const LEASE_MS = 1_000;
const STEP_MS = 10;

export interface Actor {
  readonly name: string;
  /** Rolls that are its own, as it believes. */
  readonly holds: Set<string>;
  /** When it lost a roll last. */
  readonly lostAt: Map<string, number>;
  /** Stops it as SIGSTOP does: nothing happens in it until it goes on. */
  isStopped: boolean;
  /** Cuts its wire: what it sends fails, and it hears nothing. */
  isCut: boolean;
  /** Loses the answers to its taking of rolls, which take effect. */
  isUnanswered: boolean;
  leave(): Promise<void>;
}

/** A store and a clock that the test moves on, and processes that share rolls over them. */
export class World {
  nowMs = 0;
  readonly actors: Actor[] = [];
  readonly #changes: LeaseChange[] = [];
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #sleepers = new Set<{
    readonly until: number;
    readonly actor: Actor;
    readonly wake: () => void;
  }>();

  readonly #rolls: readonly string[];

  constructor(rolls: readonly string[]) {
    this.#rolls = rolls;
  }

  join(name: string): Actor {
    const leaving = new AbortController();
    setMaxListeners(0, leaving.signal); // as many sleep and wait as there are loops
    const actor: Actor = {
      name,
      holds: new Set(),
      lostAt: new Map(),
      isStopped: false,
      isCut: false,
      isUnanswered: false,
      leave: async () => {
        leaving.abort();
        await running;
      },
    };
    const member = new LeaseMember({
      name,
      store: this.#storeFor(actor),
      clock: this.#clockFor(actor),
      leaseMs: LEASE_MS,
      logger: silent,
      onTaken: (roll, lost) => {
        actor.holds.add(roll);
        lost.addEventListener('abort', () => {
          actor.holds.delete(roll);
          actor.lostAt.set(roll, this.nowMs);
        });
      },
    });
    for (const roll of this.#rolls) member.know(roll);
    const running = member.run(leaving.signal);
    this.actors.push(actor);
    return actor;
  }

  /** Lets time pass; after each step `look` sees who holds what. */
  async pass(ms: number, look: () => void = () => {}): Promise<void> {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += STEP_MS;
      this.#news.emit('change');
      for (const sleeper of this.#sleepers) {
        if (sleeper.until <= this.nowMs && !sleeper.actor.isStopped) sleeper.wake();
      }
      for (let turn = 0; turn < 6; turn++) await nextTurn();
      look();
    }
  }

  /** How many each of them holds. */
  get shares(): number[] {
    return this.actors.map(({ holds }) => holds.size);
  }

  /** Those who believe that they hold a roll. */
  holdersOf(roll: string): Actor[] {
    return this.actors.filter(({ holds }) => holds.has(roll));
  }

  #clockFor(actor: Actor): Clock {
    return {
      now: () => this.nowMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const wake = () => {
            this.#sleepers.delete(sleeper);
            resolve();
          };
          const sleeper = { until: this.nowMs + ms, actor, wake };
          if (signal.aborted) return wake();
          this.#sleepers.add(sleeper);
          signal.addEventListener('abort', wake, { once: true });
        }),
      timeout: () => AbortSignal.abort(new Error('nothing here waits by a timeout')),
    };
  }

  #storeFor(actor: Actor): LeaseStore {
    const send = async (key: string, value: string | null, expected?: number): Promise<number | null> => {
      await nextTurn();
      if (actor.isCut) throw new Error('the wire is cut');
      const last = this.#changes.findLast((change) => change.key === key)?.revision ?? 0;
      if (expected !== undefined && expected !== last) return null;
      const revision = this.#changes.length + 1;
      this.#changes.push({ key, value, revision });
      this.#news.emit('change');
      return revision;
    };
    return {
      changes: (signal) => this.#follow(actor, signal),
      put: async (key, value) => (await send(key, value)) ?? 0,
      swap: async (key, value, revision) => {
        const swapped = await send(key, value, revision);
        if (actor.isUnanswered) throw new Error('no answer came');
        return swapped;
      },
      remove: async (key, revision) => (await send(key, null, revision)) !== null,
    };
  }

  async *#follow(actor: Actor, signal: AbortSignal): AsyncGenerator<LeaseChange> {
    for (let place = 0; !signal.aborted; ) {
      const change = actor.isStopped || actor.isCut ? undefined : this.#changes[place];
      if (change === undefined) {
        await once(this.#news, 'change', { signal }).catch(() => {});
      } else {
        place++;
        yield change;
      }
    }
  }
}
