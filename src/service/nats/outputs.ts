import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { headers, type NatsConnection, nanos } from 'nats';
import type { Logger } from 'pino';
import { type RollId, rollName } from '../../../events/ids.ts';
import {
  ALL_OUTPUTS,
  distributionSubject,
  OUT_STREAM,
  outputsOfRoll,
  REPORTS_BUCKET,
  ROLLS_BUCKET,
  rollKey,
} from '../../log/subjects.ts';
import type { LiveRoll, Service } from '../service.ts';
import { keepTrying } from './keep-trying.ts';
import { type OutputMessage, outputMessages, SEQ_HEADER } from './output-messages.ts';
import { publishReports } from './report-outputs.ts';

const DUPLICATE_WINDOW_MS = 120_000;
/** Room that a message's headers take of what the server allows for a message. */
const HEADER_BYTES = 4_096;

export interface Outputs {
  /** Resolves when nothing is under way any more. What was not published is, by whoever publishes next. */
  stop(): Promise<void>;
}

export interface OutputOptions {
  readonly connection: NatsConnection;
  readonly service: Service;
  readonly logger: Logger;
  /** Copies of stream and bucket in a cluster, when this makes them; default 1. */
  readonly replicas?: number;
}

/**
 * Publishes what a service derives (DESIGN 5): every transition and refusal to the stream MUSTER_OUT, in order
 * and at least once, from the entry on that the stream has last; each roll's distribution, when it changes, to
 * the KV bucket MUSTER_ROLLS and on its subject; its reports to the KV bucket MUSTER_REPORTS. Goes on when the server was away.
 */
export async function startOutputs(options: OutputOptions): Promise<Outputs> {
  const { connection, replicas = 1 } = options;
  const manager = await jetstreamManager(connection);
  await ensureStream(manager, replicas);
  const kv = new Kvm(jetstream(connection));
  const bucket = await kv.create(ROLLS_BUCKET, { history: 1, replicas });
  const reports = await kv.create(REPORTS_BUCKET, { history: 1, replicas });
  const publisher = new OutputPublisher(options, manager, { bucket, reports });
  const publishing = publisher.run();
  return {
    async stop() {
      publisher.end();
      await publishing;
    },
  };
}

interface Buckets {
  readonly bucket: KV;
  readonly reports: KV;
}

class OutputPublisher {
  readonly #connection: NatsConnection;
  readonly #service: Service;
  readonly #logger: Logger;
  readonly #js: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #bucket: KV;
  readonly #reports: KV;
  readonly #mostBytes: number;
  readonly #ending = new AbortController();

  constructor({ connection, service, logger }: OutputOptions, manager: JetStreamManager, buckets: Buckets) {
    this.#connection = connection;
    this.#service = service;
    this.#logger = logger;
    this.#js = jetstream(connection);
    this.#manager = manager;
    this.#bucket = buckets.bucket;
    this.#reports = buckets.reports;
    this.#mostBytes = (connection.info?.max_payload ?? 1_048_576) - HEADER_BYTES;
  }

  end(): void {
    this.#ending.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#ending;
    const underWay: Promise<void>[] = [];
    for await (const live of this.#service.followRolls(signal)) {
      const logger = this.#logger.child({ roll: rollName(live.summary.roll) });
      underWay.push(
        keepTrying('Publishing outputs', logger, signal, () => this.#publishOutcomes(live)),
        keepTrying('Publishing the distribution', logger, signal, () => this.#publishDistributions(live)),
        keepTrying('Publishing reports', logger, signal, () => this.#publishReports(live, logger)),
      );
    }
    await Promise.all(underWay);
  }

  async #publishOutcomes(live: LiveRoll): Promise<void> {
    const { roll } = live.summary;
    // The last entry may have got a part of its messages only.
    const after = Math.max((await this.#lastSeq(roll)) - 1, 0);
    for await (const update of live.updates(after, this.#ending.signal)) {
      for (const message of outputMessages(roll, update, this.#mostBytes)) await this.#publish(message);
    }
    this.#endWithService();
  }

  async #publish({ subject, id, seq, body }: OutputMessage): Promise<void> {
    const named = headers();
    named.set(SEQ_HEADER, String(seq));
    await this.#js.publish(subject, body, { msgID: id, headers: named });
  }

  async #lastSeq(roll: RollId): Promise<number> {
    const last = await this.#manager.streams.getMessage(OUT_STREAM, { last_by_subj: outputsOfRoll(roll) });
    return last === null ? 0 : Number.parseInt(last.header.get(SEQ_HEADER), 10) || 0;
  }

  async #publishDistributions(live: LiveRoll): Promise<void> {
    const { roll } = live.summary;
    let publishedSeq = -1;
    for await (const update of live.updates(null, this.#ending.signal)) {
      if (update.kind !== 'distribution' || update.seq <= publishedSeq) continue;
      // As it stands by now: a bucket slower than the roll gets fewer of them, not old ones.
      const distribution = live.distribution();
      publishedSeq = distribution.seq;
      const body = JSON.stringify(distribution);
      this.#connection.publish(distributionSubject(roll), body);
      await this.#bucket.put(rollKey(roll), body);
    }
    this.#endWithService();
  }

  async #publishReports(live: LiveRoll, logger: Logger): Promise<void> {
    await publishReports(live, this.#reports, this.#mostBytes, logger, this.#ending.signal);
    this.#endWithService();
  }

  /** Updates end for a reader that is too slow, to be read on; or because the service closed: then so do we. */
  #endWithService(): void {
    if (this.#service.isClosed) this.end();
  }
}

async function ensureStream(manager: JetStreamManager, replicas: number): Promise<void> {
  const subjects = [...ALL_OUTPUTS];
  try {
    await manager.streams.info(OUT_STREAM);
    await manager.streams.update(OUT_STREAM, { subjects });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error;
    await manager.streams.add({
      name: OUT_STREAM,
      subjects,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      allow_direct: true,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      num_replicas: replicas,
    });
  }
}
