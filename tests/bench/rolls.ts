import { randomUUID } from 'node:crypto';
import { headers, type NatsConnection, nuid } from 'nats';
import type { RollId } from '../../events/ids.ts';
import type { Written } from './work.ts';

/** The most that goes into one atomic batch. */
export const BATCH = 500;

/** A roll that nobody has used. */
export function newRoll(name: string): RollId {
  return { theatre: 'bench', timeline: `${name}-${randomUUID().slice(0, 8)}` };
}

/**
 * Publishes events as the NATS documentation says, in atomic batches (nats-server 2.12 and later), each when the one
 * before is in the stream. On an older server each event is a request of its own, and a batch of those waits together.
 */
export async function publishBare(
  connection: NatsConnection,
  isAtomic: boolean,
  roll: RollId,
  events: readonly Written[],
): Promise<void> {
  const subject = `muster.${roll.theatre}.${roll.timeline}.event`;
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    const id = nuid.next();
    const answers = batch.map(({ entity, bytes }, index) => {
      const to = `${subject}.${entity}`;
      if (!isAtomic) return connection.request(to, bytes, { timeout: 60_000 });
      const header = headers();
      header.set('Nats-Batch-Id', id);
      header.set('Nats-Batch-Sequence', String(index + 1));
      if (index < batch.length - 1) return connection.publish(to, bytes, { headers: header });
      header.set('Nats-Batch-Commit', '1');
      return connection.request(to, bytes, { headers: header, timeout: 60_000 });
    });
    for (const answer of await Promise.all(answers)) {
      if (answer !== undefined && answer.json<{ error?: unknown }>().error !== undefined) {
        throw new Error(`a batch was refused: ${answer.string()}`);
      }
    }
  }
}
