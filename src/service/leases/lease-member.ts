import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { keepTrying, warned } from '../keep-trying.ts';
import { fairStep, rankOf } from './fair-share.ts';
import type { LeaseChange, LeaseStore } from './ports.ts';

/** Heartbeats in a lease's time: a few may get lost. */
const BEATS_PER_LEASE = 4;
/** How often in a lease's time a member looks whether another is gone. */
const LOOKS_PER_LEASE = 10;
/** Pause after a change, so that a thousand of them are one look. */
const BREATH_MS = 50;
/** Rolls taken or given up at once; then a member looks again at what the others did. */
const MOST_AT_ONCE = 64;

export interface LeaseMemberOptions {
  /** Of this process alone, and no name of a roll. */
  readonly name: string;
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** Milliseconds after which one that gave no sign of life has lost its rolls. The same for all members. */
  readonly leaseMs: number;
  readonly logger: Logger;
  /** Told of each roll that becomes ours; `lost` aborts when it is no longer. */
  readonly onTaken: (roll: string, lost: AbortSignal) => void;
}

/** Who holds a roll by its key in the store; nobody if the holder is null. */
interface Lease {
  readonly holder: string | null;
  readonly revision: number;
}

interface Neighbour {
  readonly revision: number;
  /** When we saw its last heartbeat, by our own clock: clocks of others are never asked. */
  readonly seenAt: number;
}

/**
 * One of the processes that share the rolls. Each has a heartbeat, a key with its name; each roll has a lease, a key
 * with its holder's name, taken by compare-and-set and good for as long as the holder's heartbeat moves. So one write
 * renews however many rolls. Leases only assign: two may for a moment both believe that they hold a roll, and the
 * fence of the outputs keeps the wrong one from writing.
 *
 * We count our own time from before a heartbeat was sent, the others count it from when they saw it: we have given
 * up a roll before anybody else may take it.
 */
export class LeaseMember {
  readonly #options: LeaseMemberOptions;
  readonly #rolls = new Set<string>();
  readonly #leases = new Map<string, Lease>();
  readonly #members = new Map<string, Neighbour>();
  readonly #held = new Map<string, { readonly revision: number; readonly lost: AbortController }>();
  /** When the last heartbeat was sent that is known to have arrived. */
  #provenAt = Number.NEGATIVE_INFINITY;
  /** When our own heartbeat last came back to us: what others did before, we have seen. */
  #echoedAt = Number.NEGATIVE_INFINITY;
  /** Resolves when it has come to its share of the rolls for the first time. */
  readonly settled: Promise<void>;
  #settle: () => void = () => {};
  #hasLeft = false;
  /** Ends the pause before the next look. */
  #nap = new AbortController();

  constructor(options: LeaseMemberOptions) {
    this.#options = options;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** The processes that take part, as far as this one knows; itself counts. */
  get members(): number {
    return new Set([...this.#members.keys(), this.#options.name]).size;
  }

  /** Takes note of a roll that is to be held by somebody. */
  know(roll: string): void {
    this.#rolls.add(roll);
    this.#nap.abort();
  }

  /** Takes part until the signal aborts, then leaves its rolls to the others at once. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, store } = this.#options;
    const follow = async () => {
      for await (const change of store.changes(signal)) this.#note(change);
    };
    const watching = keepTrying(warned('Following the leases', logger, follow), signal, clock);
    await Promise.all([watching, this.#keepBeating(signal), this.#keepBalance(signal), this.#expire(signal)]);
    await this.#leave();
  }

  async #keepBeating(signal: AbortSignal): Promise<void> {
    const { clock, leaseMs } = this.#options;
    while (!signal.aborted) {
      void this.#beat(); // one that hangs must not hold up the next
      await clock.sleep(leaseMs / BEATS_PER_LEASE, signal);
    }
  }

  async #beat(): Promise<void> {
    const { clock, logger, name, store } = this.#options;
    const sentAt = clock.now();
    try {
      await store.put(name, 'alive');
      this.#provenAt = Math.max(this.#provenAt, sentAt);
    } catch (error) {
      if (!this.#hasLeft) logger.warn({ err: error }, 'A heartbeat did not arrive; trying again');
    }
  }

  async #keepBalance(signal: AbortSignal): Promise<void> {
    const { clock, leaseMs, logger } = this.#options;
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await this.#balance()));
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'Sharing the rolls failed; trying again');
      }
      this.#nap = new AbortController();
      await clock.sleep(leaseMs / LOOKS_PER_LEASE, AbortSignal.any([signal, this.#nap.signal]));
      await clock.sleep(BREATH_MS, signal);
    }
  }

  /** Gives everything up as soon as the time of our lease is over. */
  async #expire(signal: AbortSignal): Promise<void> {
    const { clock, leaseMs } = this.#options;
    while (!signal.aborted) {
      this.#isOurs();
      const leftMs = this.#provenAt + leaseMs - clock.now();
      await clock.sleep(leftMs > 0 ? Math.min(leftMs, leaseMs) : leaseMs / LOOKS_PER_LEASE, signal);
    }
  }

  /** Whether our lease's time is not over; if it is, all that we held is lost. Asked before anything else is done. */
  #isOurs(): boolean {
    const { clock, leaseMs } = this.#options;
    if (clock.now() - this.#provenAt < leaseMs) return true;
    this.#loseAll('no heartbeat arrived for as long as a lease');
    return false;
  }

  #note({ key, value, revision }: LeaseChange): void {
    const { clock, leaseMs, name } = this.#options;
    const isInTime = this.#isOurs();
    if (isRoll(key)) {
      if ((this.#leases.get(key)?.revision ?? 0) > revision) return; // our own change, noted when it was made
      this.#leases.set(key, { holder: value, revision });
      const held = this.#held.get(key);
      if (held !== undefined && held.revision !== revision) this.#lose(key);
      if (value === null) this.#nap.abort();
      return;
    }
    const now = clock.now();
    if (value === null || !this.#members.has(key)) this.#nap.abort();
    if (value !== null) {
      this.#members.set(key, { revision, seenAt: now });
      if (key === name) this.#echo(now, leaseMs);
      return;
    }
    this.#members.delete(key);
    if (key === name && isInTime && !this.#hasLeft) {
      this.#echoedAt = Number.NEGATIVE_INFINITY;
      this.#loseAll('others took this process for dead');
    }
  }

  #echo(now: number, leaseMs: number): void {
    // We heard of nobody for a while: what seems silence of the others is ours.
    if (now - this.#echoedAt > leaseMs / 2) {
      for (const [member, { revision }] of this.#members)
        this.#members.set(member, { revision, seenAt: now });
    }
    this.#echoedAt = now;
  }

  /** One step towards our share; true if there may be more to do at once. */
  async #balance(): Promise<boolean> {
    const { clock, leaseMs, name } = this.#options;
    if (!this.#isOurs() || clock.now() - this.#echoedAt > leaseMs / 2) return false;
    await this.#buryDead();
    // Others count as ours what stands under our name: if we do not hold it, nobody will.
    const lost = [...this.#rolls].filter((roll) => this.#isLost(roll));
    await Promise.all(first(lost, lost.length).map((roll) => this.#take(roll)));
    if (lost.length > MOST_AT_ONCE) return true;
    const counts = new Map([...this.#members.keys()].map((member) => [member, 0]));
    for (const { holder } of this.#leases.values()) {
      const count = holder === null || holder === name ? undefined : counts.get(holder);
      if (holder !== null && count !== undefined) counts.set(holder, count + 1);
    }
    counts.set(name, this.#held.size);
    const free = [...this.#rolls].filter((roll) => this.#isFree(roll));
    const { take, give } = fairStep(counts, free.length, name);
    const members = [...counts.keys()];
    if (take > 0) {
      await Promise.all(first(byRank(name, free, members), take).map((roll) => this.#take(roll)));
      return take > MOST_AT_ONCE;
    }
    this.#settle();
    if (give > 0) {
      const last = byRank(name, [...this.#held.keys()], members).toReversed();
      await Promise.all(first(last, give).map((roll) => this.#give(roll)));
      return give > MOST_AT_ONCE;
    }
    return false;
  }

  /** Whether it stands under our name and we do not hold it: it was lost once, or the answer to its taking was. */
  #isLost(roll: string): boolean {
    return this.#leases.get(roll)?.holder === this.#options.name && !this.#held.has(roll);
  }

  /** Whether nobody alive holds it. */
  #isFree(roll: string): boolean {
    const holder = this.#leases.get(roll)?.holder ?? null;
    return holder === null || !(holder === this.#options.name || this.#members.has(holder));
  }

  /** Removes members whose heartbeat stood still for as long as a lease. */
  async #buryDead(): Promise<void> {
    const { clock, leaseMs, logger, name, store } = this.#options;
    for (const [member, { revision, seenAt }] of this.#members) {
      if (member === name || clock.now() - seenAt <= leaseMs) continue;
      if (await store.remove(member, revision)) {
        this.#members.delete(member);
        logger.warn(
          { member },
          'A process gave no sign of life for as long as a lease; its rolls are shared out',
        );
      }
    }
  }

  async #take(roll: string): Promise<void> {
    const { logger, name, onTaken, store } = this.#options;
    const revision = await store.swap(roll, name, this.#leases.get(roll)?.revision ?? 0);
    if (revision === null || !this.#isOurs()) return;
    // The change may have come back before the answer, and after it another one.
    if ((this.#leases.get(roll)?.revision ?? 0) > revision) return;
    this.#leases.set(roll, { holder: name, revision });
    const lost = new AbortController();
    this.#held.set(roll, { revision, lost });
    logger.debug({ roll, revision }, 'Took a roll');
    onTaken(roll, lost.signal);
  }

  async #give(roll: string): Promise<void> {
    const held = this.#held.get(roll);
    if (held === undefined) return;
    this.#lose(roll);
    await this.#options.store.remove(roll, held.revision);
    this.#options.logger.debug({ roll }, 'Handed a roll over');
  }

  #lose(roll: string): void {
    this.#held.get(roll)?.lost.abort();
    this.#held.delete(roll);
  }

  #loseAll(why: string): void {
    if (this.#held.size === 0) return;
    this.#options.logger.warn({ rolls: this.#held.size }, `Lost all rolls: ${why}`);
    for (const roll of [...this.#held.keys()]) this.#lose(roll);
  }

  /** Without its heartbeat nothing is held by it any more: one request, however many rolls. */
  async #leave(): Promise<void> {
    const { logger, name, store } = this.#options;
    this.#hasLeft = true;
    for (const roll of [...this.#held.keys()]) this.#lose(roll);
    try {
      await store.remove(name, await store.put(name, 'leaving'));
    } catch (error) {
      logger.warn({ err: error }, 'Could not take leave; others get the rolls when the lease is over');
    }
  }
}

/** A roll's name is `<theatre>.<timeline>`; a member's has no dot. */
function isRoll(key: string): boolean {
  return key.includes('.');
}

function first(rolls: readonly string[], count: number): readonly string[] {
  return rolls.slice(0, Math.min(count, MOST_AT_ONCE));
}

function byRank(name: string, rolls: readonly string[], members: readonly string[]): readonly string[] {
  const ranked = rolls.map((roll) => ({ roll, rank: rankOf(name, roll, members) }));
  return ranked
    .sort((one, other) => one.rank - other.rank || (one.roll < other.roll ? -1 : 1))
    .map(({ roll }) => roll);
}
