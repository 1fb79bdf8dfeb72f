import { pino } from 'pino';
import type { RollId } from '../../events/ids.ts';
import type { Reference } from '../../events/reference/reference.ts';
import { createKernels, type Kernels } from '../../src/roll/kernels.ts';
import { type Random, randomOf } from '../torture/random.ts';
import { Host, type Weather } from './host.ts';
import { Leases } from './lease-store.ts';
import { LogStore } from './log.ts';
import { type Fencing, OutputStore } from './output-stream.ts';
import { VirtualTime } from './virtual-time.ts';

/** A bug put in on purpose, to see that it is found. */
export type Planted = 'ack-before-append' | 'no-fence' | null;

export const ROLLS: readonly [RollId, RollId] = [
  { theatre: 'sim', timeline: 'record' },
  { theatre: 'sim', timeline: 'other' },
];

export const LEASE_MS = 2_000;
export const silent = pino({ enabled: false });

const kernels = createKernels();
const CALM: Weather = { lost: 0, astray: 0, broken: 0, slow: 0 };

/** All that stays when a process goes, and the chances of one schedule. */
export class World {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly kernels: Kernels = kernels;
  readonly reference: Reference;
  readonly log: LogStore;
  readonly outputs = new OutputStore();
  /** Null where the processes share nothing: each follows and publishes every roll. */
  readonly leases: Leases | null;
  readonly fencing: Fencing;
  /** Whether events that are appended together are in the log whole or not at all. */
  readonly isAtomic: boolean;
  readonly planted: Planted;
  readonly rolls: readonly RollId[];
  readonly weather: Weather;

  constructor(seed: number, planted: Planted, reference: Reference) {
    const random = randomOf(seed, 'simulation');
    this.random = random;
    this.reference = reference;
    this.planted = planted;
    this.log = new LogStore(() => this.time.nowMs, random.next() < 0.7);
    this.isAtomic = random.next() < 0.6;
    this.fencing = planted === 'no-fence' ? 'none' : random.pick(['atomic', 'each']);
    this.leases = random.next() < 0.35 ? new Leases() : null;
    this.rolls = ROLLS.slice(0, random.pick([1, 1, 2]));
    this.weather = {
      lost: random.pick([0, 0, 0.02, 0.1]),
      astray: random.pick([0, 0, 0.03]),
      broken: random.pick([0, 0.02]),
      slow: random.pick([0, 0.05, 0.3]),
    };
  }

  newHost(): Host {
    return new Host(this.time, this.random, this.weather);
  }

  /** From now on nothing gets lost, and all is quick. */
  calm(): void {
    Object.assign(this.weather, CALM);
  }
}
