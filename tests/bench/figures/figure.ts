import type { ThrowawayServer } from '../../support/nats-server.ts';
import type { Curve, Line } from '../result.ts';

/** How much work the figures are taken with. */
export interface Sizes {
  /** Runs that a median is of. */
  readonly runs: number;
  /** Runs of the commands, which are over soon. */
  readonly starts: number;
  readonly steps: number;
  readonly followed: number;
  readonly ingested: number;
  readonly replayed: number;
  readonly contingents: number;
  /** Contingents in memory. */
  readonly kept: number;
  /** Events of the same work done in another way. */
  readonly rivals: number;
  readonly latencySeconds: number;
  readonly logLengths: readonly number[];
  readonly rollSizes: readonly number[];
  readonly readers: readonly number[];
}

export interface Bench {
  readonly sizes: Sizes;
  /** A nats-server of its own for the figure: what others put into a stream is none of its work. */
  startServer(): Promise<ThrowawayServer>;
  /** Whether the server takes atomic batches. */
  readonly isAtomic: boolean;
  /** A directory of this run. */
  readonly directory: string;
}

export interface Figure {
  readonly name: string;
  /** Seconds that it takes on two cores, about. */
  readonly seconds: number;
  measure(bench: Bench): Promise<{ readonly lines?: readonly Line[]; readonly curves?: readonly Curve[] }>;
}
