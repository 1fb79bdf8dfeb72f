import type { RollId } from '../../events/ids.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import type { OutgoingEvent, Result, TooLarge } from './port.ts';
import { requireIds } from './require-ids.ts';

/**
 * The answer to an append that no store has to be asked for: one of nothing, or with an event over `MAX_EVENT_BYTES`.
 * Null for any other. Throws as `requireIds`.
 */
export function appendWithoutStore(
  roll: RollId,
  events: readonly OutgoingEvent[],
): Result<readonly number[], TooLarge> | null {
  requireIds(
    roll,
    events.map(({ entity }) => entity),
  );
  if (events.length === 0) return { ok: true, value: [] };
  const index = events.findIndex((event) => event.bytes.byteLength > MAX_EVENT_BYTES);
  const event = events[index];
  if (event === undefined) return null;
  const bytes = event.bytes.byteLength;
  const message = `event ${index + 1} of ${events.length} (${event.identity}) has ${bytes} bytes; at most ${MAX_EVENT_BYTES} are taken. Nothing was appended.`;
  return { ok: false, error: { kind: 'too-large', message, index, bytes } };
}
