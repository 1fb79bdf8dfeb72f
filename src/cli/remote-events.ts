import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import type { LogEntry } from '../log/port.ts';
import { type ApiClient, rollPath } from './api-client.ts';

const PAGE = 1_000;

const itemSchema = z.object({
  seq: z.number(),
  recordedtime: z.string(),
  event: z.unknown(),
  text: z.string().nullable(),
  base64: z.string().nullable(),
  publishedfor: z.string().nullable(),
});
const pageSchema = z.object({ items: z.array(itemSchema), next: z.number().nullable() });

/** The log of a roll as a service has it, from the entry after `after`, in order: each byte for byte. */
export async function* remoteEvents(
  client: ApiClient,
  roll: RollId,
  after = 0,
): AsyncGenerator<Omit<LogEntry, 'cursor'>> {
  for (let next: number | null = after; next !== null; ) {
    const page: z.output<typeof pageSchema> = await client.read(
      `${rollPath(roll)}/events?after=${next}&limit=${PAGE}`,
      pageSchema,
    );
    for (const { seq, recordedtime, event, text, base64, publishedfor } of page.items) {
      const bytes =
        base64 === null ? Buffer.from(text ?? JSON.stringify(event)) : Buffer.from(base64, 'base64');
      const entry = { seq, recordedTime: recordedtime, bytes };
      yield publishedfor === null ? entry : { ...entry, publishedFor: publishedfor };
    }
    next = page.next;
  }
}
