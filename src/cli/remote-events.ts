import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import { type ApiClient, rollPath } from './api-client.ts';

const PAGE = 1_000;

const pageSchema = z.object({
  items: z.array(
    z.object({ seq: z.number(), recordedtime: z.string(), event: z.unknown(), text: z.string().nullable() }),
  ),
  next: z.number().nullable(),
});

/** The log of a roll as a service has it, from the entry after `after`, in order: each as its JSON text. */
export async function* remoteEvents(
  client: ApiClient,
  roll: RollId,
  after = 0,
): AsyncGenerator<{ readonly seq: number; readonly text: string }> {
  for (let next: number | null = after; next !== null; ) {
    const page = pageSchema.parse(await client.json(`${rollPath(roll)}/events?after=${next}&limit=${PAGE}`));
    for (const { seq, event, text } of page.items) yield { seq, text: text ?? JSON.stringify(event) };
    next = page.next;
  }
}
