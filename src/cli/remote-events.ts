import { z } from 'zod';
import type { RollId } from '../../events/ids.ts';
import { type ApiClient, rollPath } from './api-client.ts';

const PAGE = 1_000;

const itemSchema = z.object({
  seq: z.number(),
  event: z.unknown(),
  text: z.string().nullable(),
});
const pageSchema = z.object({ items: z.array(itemSchema), next: z.number().nullable() });

/** The log of a roll as a service has it, from the entry after `after`, in order: each as one line of JSON text. */
export async function* remoteEvents(
  client: ApiClient,
  roll: RollId,
  after = 0,
): AsyncGenerator<{ readonly seq: number; readonly line: string }> {
  for (let next: number | null = after; next !== null; ) {
    const page: z.output<typeof pageSchema> = await client.read(
      `${rollPath(roll)}/events?after=${next}&limit=${PAGE}`,
      pageSchema,
    );
    for (const item of page.items) yield { seq: item.seq, line: lineOf(item) };
    next = page.next;
  }
}

/**
 * An entry as one line that a replay judges as the service did. What is no JSON stays none: a line feed in it
 * becomes a tab, which JSON forbids and allows in the same places; what would read as nothing, or as JSON now
 * that its broken bytes are replaced, becomes a JSON string, which is no event either.
 */
export function lineOf({ event, text }: Omit<z.output<typeof itemSchema>, 'seq'>): string {
  if (text === null) return JSON.stringify(event);
  const line = text.replaceAll(/[\r\n]/g, '\t');
  return line.trim() === '' || isJson(line) ? JSON.stringify(text) : line;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
