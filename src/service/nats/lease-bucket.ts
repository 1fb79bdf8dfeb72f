import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { messages } from '../../log/jetstream/messages.ts';
import { WRONG_LAST_SEQUENCE } from '../../log/jetstream/publisher.ts';
import { bucketStream, keyOfSubject, LEASES_BUCKET } from '../../log/subjects.ts';
import type { LeaseStore } from '../leases/ports.ts';

/** The leases in the KV bucket MUSTER_LEASES, made if missing with so many copies in a cluster. */
export async function openLeaseBucket(connection: NatsConnection, replicas: number): Promise<LeaseStore> {
  const js = jetstream(connection);
  const bucket = await new Kvm(js).create(LEASES_BUCKET, { history: 1, replicas });
  return {
    async *changes(signal) {
      const range = {
        stream: bucketStream(LEASES_BUCKET),
        filter: '>',
        from: 1,
        patience: Number.POSITIVE_INFINITY,
      };
      for await (const { subject, data, seq } of messages(connection, js, range, signal)) {
        const key = keyOfSubject(LEASES_BUCKET, subject);
        // A removal has no value; nobody writes an empty one.
        const value = data.length === 0 ? null : Buffer.from(data).toString();
        if (key !== null) yield { key, value, revision: seq };
      }
    },
    put: (key, value) => bucket.put(key, value),
    swap: (key, value, revision) => unlessOvertaken(() => bucket.put(key, value, { previousSeq: revision })),
    async remove(key, revision) {
      return (await unlessOvertaken(() => removeAt(bucket, key, revision))) !== null;
    },
  };
}

async function removeAt(bucket: KV, key: string, revision: number): Promise<true> {
  await bucket.delete(key, { previousSeq: revision });
  return true;
}

/** Null where the key's last revision is another. */
async function unlessOvertaken<T>(write: () => Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(error.code)) return null;
    throw error;
  }
}
