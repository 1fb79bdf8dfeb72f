import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import type { OutgoingEvent, TooLarge } from './port.ts';

/** The first event over `MAX_EVENT_BYTES`, as the error an append gives for it; null if all fit. */
export function oversized(events: readonly OutgoingEvent[]): TooLarge | null {
  const index = events.findIndex((event) => event.bytes.byteLength > MAX_EVENT_BYTES);
  const event = events[index];
  if (event === undefined) {
    return null;
  }
  const bytes = event.bytes.byteLength;
  return {
    kind: 'too-large',
    message: `event ${index + 1} of ${events.length} (${event.identity}) has ${bytes} bytes; at most ${MAX_EVENT_BYTES} are taken. Nothing was appended.`,
    index,
    bytes,
  };
}
