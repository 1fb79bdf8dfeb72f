import { JetStreamApiCodes, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import type { RollId } from '../../../events/ids.ts';
import { messages } from '../../log/jetstream/messages.ts';
import type { RollInfo } from '../../log/port.ts';
import { shownBasis } from '../../log/roll-about.ts';
import { OUT_STREAM, outputFiltersOfRoll, ROLLS_BUCKET, rollKey } from '../../log/subjects.ts';
import { distributionDocument } from '../../readmodels/roll-document.ts';
import { firstDiscrepancy } from '../difference.ts';
import { outputsOf } from '../outputs/output-messages.ts';
import { updateOf } from '../roll-updates.ts';
import type { Witness } from '../verification.ts';
import { SEQ_HEADER } from './jetstream-output-stream.ts';

const READ_PATIENCE = 50;

const placedSchema = z.looseObject({ seq: z.int().min(0) });

/**
 * The distribution of a roll that the KV bucket has now. It must be that of an entry of the log; not of the last,
 * if a service has yet to publish that.
 */
export async function distributionWitness(connection: NatsConnection, info: RollInfo): Promise<Witness> {
  const { roll } = info;
  const stored = await ifThere(async () => {
    const bucket = await new Kvm(jetstream(connection)).open(ROLLS_BUCKET);
    return bucket.get(rollKey(roll));
  });
  const json = stored === null || stored.operation !== 'PUT' ? null : parsed(stored.value);
  const placed = placedSchema.safeParse(json);
  const seq = placed.success ? placed.data.seq : 0;
  const atSeq = { seq, path: '$.seq' };
  return {
    what: ROLLS_BUCKET,
    async see({ entry, roll: { fold } }) {
      if (entry.seq !== seq) return null;
      const basis = shownBasis(info, fold.isHypothetical);
      return firstDiscrepancy(plain({ ...distributionDocument(roll, seq, fold), basis }), json);
    },
    async end(head) {
      if (json === null) return null;
      if (!placed.success) return { ...atSeq, expected: 'a distribution document', found: json };
      return seq <= head ? null : { ...atSeq, expected: `at most ${head}`, found: seq };
    },
    summary: (head) => (json === null ? `nothing${behind(head)}` : `the same at ${seq}${behind(head - seq)}`),
  };
}

/**
 * Every transition and refusal of a roll that the output stream has now: in the order of the log, without gap or
 * repeat, each byte for byte what its entry leads to. The stream may lack the last ones, if a service has yet to
 * publish them. The stream is read until the signal aborts.
 */
export async function outputsWitness(
  connection: NatsConnection,
  roll: RollId,
  ended: AbortSignal,
): Promise<Witness> {
  const found = await published(connection, roll, ended);
  let compared = 0;
  let lastSeq = 0;
  let isAtEnd = false;
  return {
    what: OUT_STREAM,
    async see({ outcome }) {
      const update = updateOf(outcome);
      if (update === null || isAtEnd) {
        if (!isAtEnd) lastSeq = outcome.kind === 'duplicate' ? outcome.seq : lastSeq;
        return null;
      }
      for (const { subject, seq, body } of outputsOf(roll, update)) {
        const next = await found.next();
        if (next.done) {
          isAtEnd = true;
          return null;
        }
        compared += 1;
        const difference = firstDiscrepancy(shown({ seq, subject, body }), shown(next.value));
        if (difference !== null) return difference;
        if (!Buffer.from(body).equals(next.value.body)) {
          return { path: '$.body', expected: text(body), found: text(next.value.body) };
        }
      }
      lastSeq = update.seq;
      return null;
    },
    async end(head) {
      const extra = isAtEnd ? null : await found.next();
      if (extra === null || extra.done) return null;
      return {
        seq: extra.value.seq,
        path: '$',
        expected: `nothing after ${head}`,
        found: shown(extra.value),
      };
    },
    summary: (head) =>
      `${compared} ${compared === 1 ? 'message' : 'messages'}, the same${behind(head - lastSeq)}`,
  };
}

interface Published {
  readonly seq: number;
  readonly subject: string;
  readonly body: Uint8Array;
}

/** The outputs of a roll as far as the stream has them now, in the order of the stream. */
async function published(
  connection: NatsConnection,
  roll: RollId,
  ended: AbortSignal,
): Promise<AsyncGenerator<Published>> {
  // One consumer for each filter: nats-server 2.9 has no consumers of several.
  const lists = outputFiltersOfRoll(roll).map(async (filter) => stored(connection, filter, ended));
  return merged(await Promise.all(lists));
}

interface Stored extends Published {
  /** The stream's sequence. */
  readonly place: number;
}

async function stored(
  connection: NatsConnection,
  filter: string,
  ended: AbortSignal,
): Promise<AsyncGenerator<Stored>> {
  const manager = await jetstreamManager(connection);
  const last = await ifThere(() => manager.streams.getMessage(OUT_STREAM, { last_by_subj: filter }));
  return (async function* () {
    if (last === null) return;
    const range = { stream: OUT_STREAM, filter, from: 1, patience: READ_PATIENCE };
    for await (const message of messages(connection, jetstream(connection), range, ended)) {
      const seq = Number(message.headers?.get(SEQ_HEADER) || Number.NaN);
      yield { place: message.seq, seq, subject: message.subject, body: message.data };
      if (message.seq >= last.seq) return;
    }
  })();
}

async function* merged(lists: readonly AsyncGenerator<Stored>[]): AsyncGenerator<Stored> {
  const next = await Promise.all(lists.map(async (list) => ({ list, first: await list.next() })));
  for (;;) {
    let earliest: Stored | null = null;
    let from: (typeof next)[number] | null = null;
    for (const one of next) {
      if (one.first.done || (earliest !== null && earliest.place < one.first.value.place)) continue;
      earliest = one.first.value;
      from = one;
    }
    if (earliest === null || from === null) return;
    yield earliest;
    from.first = await from.list.next();
  }
}

/** Null where the stream or the bucket has not been made yet. */
async function ifThere<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
}

function shown({ seq, subject, body }: Published) {
  return { [SEQ_HEADER]: seq, body: parsed(body), subject };
}

function behind(entries: number): string {
  return entries > 0 ? `, behind by ${entries}` : '';
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const plain = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text(bytes));
  } catch {
    return text(bytes);
  }
}
