import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import type { RollId } from '../../../events/ids.ts';
import { BASES, type RollInfo } from '../port.ts';
import { bucketStream, rollKey, rollOfKeySubject, TIMELINES_BUCKET } from '../subjects.ts';
import { messages } from './messages.ts';
import { WRONG_LAST_SEQUENCE } from './publisher.ts';

const STREAM = bucketStream(TIMELINES_BUCKET);

/**
 * What stands at a roll's key: `basis` is null of one that nobody opened, `seq` the place in the base, null without
 * one. `hypothetical`: a what-if counts in it, whatever it was opened as.
 */
const timelineSchema = z.object({
  title: z.string(),
  basis: z.enum(BASES).nullable(),
  base: z.string().nullable(),
  seq: z.number().nullable(),
  hypothetical: z.literal(true).optional(),
  closed: z.literal(true).optional(),
});

export interface StoredTimeline {
  readonly info: RollInfo;
  readonly revision: number;
}

/** Titles, basis and bases of the rolls that were opened, and which are what-ifs or closed: the KV bucket MUSTER_TIMELINES. */
export class Timelines {
  readonly #connection: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #bucket: KV;

  private constructor(
    connection: NatsConnection,
    js: JetStreamClient,
    manager: JetStreamManager,
    bucket: KV,
  ) {
    this.#connection = connection;
    this.#js = js;
    this.#manager = manager;
    this.#bucket = bucket;
  }

  /** Opens the bucket, made if missing. */
  static async open(
    connection: NatsConnection,
    js: JetStreamClient,
    manager: JetStreamManager,
    replicas: number,
  ): Promise<Timelines> {
    const bucket = await new Kvm(js).create(TIMELINES_BUCKET, { history: 1, replicas });
    return new Timelines(connection, js, manager, bucket);
  }

  async get(roll: RollId): Promise<StoredTimeline | null> {
    const entry = await this.#bucket.get(rollKey(roll));
    if (entry === null || entry.operation !== 'PUT') {
      return null;
    }
    return { info: parse(roll, entry.value), revision: entry.revision };
  }

  /** Writes a roll's description in the place of that revision (null: of none); false if another came before. */
  async put(info: RollInfo, inPlaceOf: number | null): Promise<boolean> {
    const { title, basis, base, isHypothetical, isClosed } = info;
    const stored: z.infer<typeof timelineSchema> = {
      title,
      basis,
      base: base?.timeline ?? null,
      seq: base?.seq ?? null,
      ...(isHypothetical && { hypothetical: true }),
      ...(isClosed && { closed: true }),
    };
    const key = rollKey(info.roll);
    const value = JSON.stringify(stored);
    try {
      await (inPlaceOf === null
        ? this.#bucket.create(key, value)
        : this.#bucket.update(key, value, inPlaceOf));
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(error.code)) {
        return false;
      }
      throw error;
    }
  }

  /** All that are there now, and the sequence from which `follow` gives what comes after. */
  async all(ended: AbortSignal): Promise<{ readonly infos: readonly RollInfo[]; readonly next: number }> {
    const { state } = await this.#manager.streams.info(STREAM);
    const infos: RollInfo[] = [];
    if (state.messages > 0) {
      const range = { stream: STREAM, filter: '>', from: 1, patience: 50 };
      for await (const message of messages(this.#connection, this.#js, range, ended)) {
        const info = infoOf(message);
        if (info !== null) {
          infos.push(info);
        }
        // An update moves a key to the end: the last of them is past last_seq then, and still ends this.
        if (message.info.pending === 0 || message.seq >= state.last_seq) {
          break;
        }
      }
    }
    return { infos, next: state.last_seq + 1 };
  }

  async *follow(from: number, ended: AbortSignal): AsyncGenerator<RollInfo, void, undefined> {
    const range = { stream: STREAM, filter: '>', from, patience: Number.POSITIVE_INFINITY };
    for await (const message of messages(this.#connection, this.#js, range, ended)) {
      const info = infoOf(message);
      if (info !== null) {
        yield info;
      }
    }
  }
}

function infoOf(message: { subject: string; data: Uint8Array }): RollInfo | null {
  const roll = rollOfKeySubject(TIMELINES_BUCKET, message.subject);
  return roll === null || message.data.length === 0 ? null : parse(roll, message.data);
}

function parse(roll: RollId, value: Uint8Array): RollInfo {
  try {
    const stored = timelineSchema.parse(JSON.parse(Buffer.from(value).toString()));
    const { title, basis, base, seq, hypothetical, closed } = stored;
    const { theatre, timeline } = roll;
    return {
      roll: { theatre, timeline },
      title,
      basis,
      base: base === null ? null : { timeline: base, seq: seq ?? 0 },
      ...(hypothetical && { isHypothetical: true }),
      ...(closed && { isClosed: true }),
    };
  } catch (cause) {
    throw new Error(
      `${TIMELINES_BUCKET} has at ${rollKey(roll)} what is no description of a roll: ${Buffer.from(value).toString().slice(0, 200)}. Put it right with a KV client.`,
      { cause },
    );
  }
}
