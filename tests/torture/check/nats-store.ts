import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import retry from 'p-retry';
import { PATIENT } from '../patient.ts';
import type { OutputMessage } from './outputs.ts';

// What NATS has, read with the stock client and none of Muster's code.

/** The events of a roll, in order. */
export async function eventsInNats(connection: NatsConnection, roll: string): Promise<string[]> {
  const messages = await readAll(connection, 'MUSTER_EVENTS', `muster.${roll}.event.>`);
  return messages.map(({ text }) => text);
}

/** The transitions and refusals of a roll, as they stand in the stream. */
export async function outputsInNats(connection: NatsConnection, roll: string): Promise<OutputMessage[]> {
  const outputs: (OutputMessage & { readonly place: number })[] = [];
  // One after the other: server 2.9 filters on one subject alone, and that within one of the stream's.
  for (const kind of ['transition', 'refusal']) {
    const messages = await readAll(connection, 'MUSTER_OUT', `muster.${roll}.${kind}.>`);
    for (const { subject, place, header, text } of messages) {
      const [seq, part] = [Number(header('Muster-Seq')), header('Muster-Part')];
      outputs.push({ subject, seq, part, json: text, place });
    }
  }
  return outputs.sort((one, other) => one.place - other.place);
}

async function countInNats(manager: JetStreamManager, stream: string, filter: string): Promise<number> {
  const { state } = await manager.streams.info(stream, { subjects_filter: filter });
  return Object.values(state.subjects ?? {}).reduce((sum, messages) => sum + messages, 0);
}

/** The value of a key of a bucket, as JSON; null if there is none. */
export async function valueInNats(connection: NatsConnection, bucket: string, key: string): Promise<unknown> {
  const manager = await jetstreamManager(connection, PATIENT);
  const message = await manager.streams.getMessage(`KV_${bucket}`, { last_by_subj: `$KV.${bucket}.${key}` });
  return message === null ? null : message.json();
}

interface Message {
  readonly subject: string;
  /** Its sequence in the stream. */
  readonly place: number;
  readonly text: string;
  header(name: string): string | null;
}

/** Reads from the beginning again where the consumer is lost, as it is when its server was killed or its leader moved. */
function readAll(connection: NatsConnection, stream: string, subject: string): Promise<Message[]> {
  return retry(() => readOnce(connection, stream, subject), { retries: 30, factor: 1, minTimeout: 500 });
}

async function readOnce(connection: NatsConnection, stream: string, subject: string): Promise<Message[]> {
  const manager = await jetstreamManager(connection, PATIENT);
  const messages: Message[] = [];
  const count = await countInNats(manager, stream, subject);
  if (count === 0) return messages;
  const consumer = await jetstream(connection).consumers.get(stream, { filter_subjects: subject });
  while (messages.length < count) {
    const max_messages = Math.min(count - messages.length, 1_000);
    for await (const message of await consumer.fetch({ max_messages, expires: 5_000 })) {
      const header = (name: string) => message.headers?.get(name) || null;
      messages.push({ subject: message.subject, place: message.seq, text: message.string(), header });
    }
  }
  await consumer.delete();
  return messages;
}
