import type { Tally } from '../summary.ts';

/** A nats-server to torture with. */
export interface ServerLine {
  readonly version: string;
  readonly binary: string;
}

export interface Settings {
  readonly seed: number;
  readonly rounds: number;
  /** Seconds for which a pause outlasts the lease of a roll's holder. */
  readonly leaseSeconds: number;
  /** Events that each producer of a round makes. */
  readonly facts: number;
  /** Of the load: how long, events a second, event streams. */
  readonly seconds: number;
  readonly rate: number;
  readonly readers: number;
}

/** A way to break Muster, and what must hold all the same. */
export interface Scenario {
  readonly name: string;
  /** What is done, in a line. */
  readonly about: string;
  /** Null: without NATS, so it is run once and not on each line. */
  readonly lines: 'each' | null;
  /** Mostly waits, so that another such one may run at the same time. */
  readonly isPatient?: true;
  run(tally: Tally, settings: Settings, line: ServerLine, say: (text: string) => void): Promise<void>;
}
