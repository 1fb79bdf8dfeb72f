import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../roll/outcome.ts';
import { Traces, type Tracing } from './traces.ts';

/** Seconds: from an append that only waits for a disk to one that a slow cluster answers. */
const APPEND_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds: from an event that is folded at once to one that waited for a start or an outage to end. */
const AGE_BUCKETS = [0.005, 0.02, 0.1, 0.5, 1, 5, 30, 300];

/** What became of an append. */
export type AppendResult =
  | 'appended'
  | 'conflict'
  | 'too-large'
  | 'unavailable'
  | 'outcome-unknown'
  | 'failed';

/**
 * What a service tells of its own work: numbers for Prometheus, in a registry that whoever serves them reads, and
 * the traces of events that bring one. Handed to the parts that do the work; none of it changes what they do.
 */
export class Telemetry {
  readonly registry = new Registry();
  readonly traces: Traces;
  /** Entries whose outputs are not written yet, by the name of each roll whose outputs this process writes. */
  readonly outputsLag = new Map<string, () => number>();
  readonly #submissions: Counter<'kind' | 'code'>;
  readonly #appends: Histogram<'result'>;
  readonly #folded: Counter;
  readonly #refused: Counter<'code'>;
  readonly #ages: Histogram;
  readonly #fencesLost: Counter;
  readonly #readersDropped: Counter;
  readonly #checkpointsDiscarded: Counter;

  constructor(tracing: Tracing | null = null) {
    this.traces = new Traces(tracing);
    const registers = [this.registry];
    this.#submissions = new Counter({
      name: 'muster_submissions_total',
      help: 'Events handed in over HTTP and NATS requests, by verdict and code of the refusal',
      labelNames: ['kind', 'code'],
      registers,
    });
    this.#appends = new Histogram({
      name: 'muster_append_duration_seconds',
      help: 'Time until the log answered an append of one or more events, by what became of it',
      labelNames: ['result'],
      buckets: APPEND_BUCKETS,
      registers,
    });
    this.#folded = new Counter({
      name: 'muster_entries_folded_total',
      help: 'Entries of logs that were folded, those read at a start too',
      registers,
    });
    this.#refused = new Counter({
      name: 'muster_entries_refused_total',
      help: 'Entries of logs that were refused as they came, by code',
      labelNames: ['code'],
      registers,
    });
    this.#ages = new Histogram({
      name: 'muster_entry_age_seconds',
      help: 'How long an entry was in the log when it was folded, by the clocks of both; those read at a start left out',
      buckets: AGE_BUCKETS,
      registers,
    });
    this.#fencesLost = new Counter({
      name: 'muster_output_fences_lost_total',
      help: 'Times that another writer of the same outputs came first',
      registers,
    });
    this.#readersDropped = new Counter({
      name: 'muster_readers_dropped_total',
      help: 'Readers of updates that were ended because they fell too far behind',
      registers,
    });
    this.#checkpointsDiscarded = new Counter({
      name: 'muster_checkpoints_discarded_total',
      help: 'Checkpoints that could not be used, so that the log was read from its first entry',
      registers,
    });
  }

  /** Shows a number that is read when it is asked for. To be called once for each name. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** How an event that was handed in was answered; `code` is that of the refusal, or empty. */
  submitted(kind: string, code: string): void {
    this.#submissions.inc({ kind, code });
  }

  /** Begins to time an append; to be called with what became of it. */
  appending(): (result: AppendResult) => void {
    const end = this.#appends.startTimer();
    return (result) => end({ result });
  }

  /** An entry was read into a fold. */
  folded(): void {
    this.#folded.inc();
  }

  /** What became of an entry that had come to the log's end, and when the log took it. */
  outcome(outcome: Outcome, recordedTime: string): void {
    this.#ages.observe(Math.max(0, Date.now() - Date.parse(recordedTime)) / 1_000);
    if (outcome.kind === 'refused') this.#refused.inc({ code: outcome.refusal.code });
  }

  fenceLost(): void {
    this.#fencesLost.inc();
  }

  readerDropped(): void {
    this.#readersDropped.inc();
  }

  checkpointDiscarded(): void {
    this.#checkpointsDiscarded.inc();
  }
}
