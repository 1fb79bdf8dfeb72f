import { hostname } from 'node:os';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { rollName } from '../../../events/ids.ts';
import { Publisher } from '../../log/jetstream/publisher.ts';
import type { EventLog } from '../../log/port.ts';
import {
  distributionSubject,
  OUT_STREAM,
  REPORTS_BUCKET,
  ROLLS_BUCKET,
  rollKey,
} from '../../log/subjects.ts';
import { monotonicClock } from '../clock.ts';
import { keepTrying, warned } from '../keep-trying.ts';
import type { OutputStream } from '../outputs/output-stream.ts';
import { publishOutputs } from '../outputs/publish-outputs.ts';
import { restMs } from '../outputs/rest.ts';
import type { Holding, Holdings, LiveRoll } from '../service.ts';
import { Telemetry } from '../telemetry.ts';
import { JetStreamOutputStream } from './jetstream-output-stream.ts';
import { NewestValues } from './newest-values.ts';
import { publishReports } from './report-outputs.ts';

/** Appends under way at a time: bounds the outputs held in memory, and a server has 50 batches open at most. */
const APPENDS_AT_A_TIME = 8;

export interface Outputs {
  /** Resolves when nothing is under way any more. What was not published is, by whoever publishes next. */
  stop(): Promise<void>;
}

export interface OutputOptions {
  readonly connection: NatsConnection;
  readonly holdings: Holdings;
  /** Where it is noted which rolls are what-ifs, for processes that do not fold them. */
  readonly log: Pick<EventLog, 'noteWhatIf'>;
  readonly logger: Logger;
  /** Told of the work; one of its own unless given. */
  readonly telemetry?: Telemetry;
  /** Copies of stream and buckets in a cluster, when this makes them; default 1. */
  readonly replicas?: number;
  /** What this process calls itself in checkpoints; host and process unless given. */
  readonly writer?: string;
  /** Milliseconds without any acknowledgement after which the outcome is unknown; default 10,000. */
  readonly ackTimeoutMs?: number;
}

/**
 * Publishes what is derived of the rolls that are held (DESIGN 5): every transition and refusal to the stream
 * MUSTER_OUT, exactly once and in order; each roll's distribution, when it changes, to the KV bucket MUSTER_ROLLS
 * and on its subject; its reports to the KV bucket MUSTER_REPORTS. Goes on when the server was away.
 * Throws StreamUnfitError when the stream is there with settings that can't do.
 */
export async function startOutputs(options: OutputOptions): Promise<Outputs> {
  const { connection, replicas = 1, ackTimeoutMs = 10_000 } = options;
  const manager = await jetstreamManager(connection);
  const publisher = new Publisher(connection, ackTimeoutMs, () => manager.streams.info(OUT_STREAM));
  try {
    const stream = await JetStreamOutputStream.open(connection, publisher, replicas);
    const kv = new Kvm(jetstream(connection));
    const bucket = async (name: string) =>
      new NewestValues(await kv.create(name, { history: 1, replicas }), publisher);
    const outputs = new HeldOutputs(
      options,
      stream,
      await bucket(ROLLS_BUCKET),
      await bucket(REPORTS_BUCKET),
    );
    const publishing = outputs.run();
    return {
      async stop() {
        outputs.end();
        await publishing;
        publisher.close();
      },
    };
  } catch (error) {
    publisher.close();
    throw error;
  }
}

class HeldOutputs {
  readonly #connection: NatsConnection;
  readonly #holdings: Holdings;
  readonly #log: OutputOptions['log'];
  readonly #logger: Logger;
  readonly #telemetry: Telemetry;
  readonly #writer: string;
  readonly #stream: OutputStream;
  readonly #rolls: NewestValues;
  readonly #reports: NewestValues;
  readonly #turns = pLimit(APPENDS_AT_A_TIME);
  readonly #reportTurns = pLimit(1);
  readonly #ending = new AbortController();

  constructor(options: OutputOptions, stream: OutputStream, rolls: NewestValues, reports: NewestValues) {
    this.#connection = options.connection;
    this.#holdings = options.holdings;
    this.#log = options.log;
    this.#logger = options.logger;
    this.#telemetry = options.telemetry ?? new Telemetry();
    this.#writer = options.writer ?? `${hostname()}:${process.pid}`;
    this.#stream = stream;
    this.#rolls = rolls;
    this.#reports = reports;
  }

  end(): void {
    this.#ending.abort();
  }

  /** Until it is ended, or the service closes and with it the holdings. Never throws. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    const underWay = new Set<Promise<void>>();
    for await (const holding of this.#holdings.follow(signal)) {
      const publishing = this.#publish(holding).finally(() => underWay.delete(publishing));
      underWay.add(publishing);
    }
    this.end();
    await Promise.all(underWay);
  }

  async #publish({ live, lost }: Holding): Promise<void> {
    const name = rollName(live.summary.roll);
    const logger = this.#logger.child({ roll: name });
    const signal = AbortSignal.any([this.#ending.signal, lost]);
    const publishing = {
      stream: this.#stream,
      clock: monotonicClock,
      writer: this.#writer,
      turns: this.#turns,
      logger,
      onFenceLost: () => this.#telemetry.fenceLost(),
      onStanding: (written: number, isMore: boolean) => {
        const lag = () => (isMore ? Math.max(0, live.summary.seq - written) : 0);
        this.#telemetry.outputsLag.set(name, lag);
      },
    };
    const reporting = { bucket: this.#reports, turns: this.#reportTurns, logger };
    const endeavours = [
      warned('Publishing outputs', logger, () => publishOutputs(live, publishing, signal)),
      warned('Publishing the distribution', logger, () => this.#publishDistributions(live, signal)),
      warned('Publishing reports', logger, () => publishReports(live, reporting, signal)),
    ];
    await Promise.all(endeavours.map((endeavour) => keepTrying(endeavour, signal)));
    this.#telemetry.outputsLag.delete(name);
  }

  async #publishDistributions(live: LiveRoll, signal: AbortSignal): Promise<void> {
    const { roll } = live.summary;
    let published: string | null = null;
    for await (const updates of live.updateBatches(null, signal)) {
      if (!updates.some(({ kind }) => kind === 'distribution')) continue;
      if (live.summary.isClosed) {
        await this.#rolls.remove(rollKey(roll));
        published = null;
        continue;
      }
      // As it stands by now: a bucket slower than the roll gets fewer of them, not old ones.
      const distribution = live.distribution();
      const body = JSON.stringify(distribution);
      if (body === published) continue;
      const begunMs = monotonicClock.now();
      const isNewest = await this.#rolls.put(rollKey(roll), distribution.seq, body);
      const tookMs = monotonicClock.now() - begunMs;
      published = body;
      if (isNewest) this.#connection.publish(distributionSubject(roll), body);
      await this.#noteWhatIf(live);
      await monotonicClock.sleep(restMs(tookMs), signal);
    }
  }

  /** Keeps the note that a what-if counts in a roll, though it was not opened as one, as the fold says. */
  async #noteWhatIf({ summary, isNotedWhatIf }: LiveRoll): Promise<void> {
    const isWhatIf = summary.isHypothetical === true && summary.openedAs !== 'hypothetical';
    if (isWhatIf === isNotedWhatIf) return;
    const noted = await this.#log.noteWhatIf(summary.roll, isWhatIf);
    if (!noted.ok) throw new Error(noted.error.message);
  }
}
