import type { LogEntry, OutgoingEvent } from '../port.ts';

const TIME_BYTES = 8;
const LENGTH_BYTES = 2;
/** The sign bit of the time, which no time that is recorded has: whom the entry was published for follows. */
const SIGN = 0x80;

/**
 * What is stored of an entry: the recorded time (milliseconds since 1970, float64), then the event's bytes. Where it is
 * kept whom the entry was published for, the time is negative, and that follows it: its length (uint16), its UTF-8.
 */
export function encodeEntry(
  recordedTimeMs: number,
  { bytes, publishedFor }: Pick<OutgoingEvent, 'bytes' | 'publishedFor'>,
): Buffer {
  const kept = publishedFor === undefined ? null : Buffer.from(publishedFor);
  const start = TIME_BYTES + (kept === null ? 0 : LENGTH_BYTES + kept.byteLength);
  const value = Buffer.allocUnsafe(start + bytes.byteLength);
  value.writeDoubleBE(kept === null ? recordedTimeMs : -recordedTimeMs, 0);
  if (kept !== null) {
    value.writeUInt16BE(kept.byteLength, TIME_BYTES);
    value.set(kept, TIME_BYTES + LENGTH_BYTES);
  }
  value.set(bytes, start);
  return value;
}

/** The parts of a stored entry; `bytes` is a view of `value`. */
export function decodeEntry(value: Buffer): Pick<LogEntry, 'recordedTime' | 'bytes' | 'publishedFor'> {
  const recordedTime = writtenTime(Math.abs(value.readDoubleBE(0)));
  if (value.readUInt8(0) < SIGN) return { recordedTime, bytes: value.subarray(TIME_BYTES) };
  const start = TIME_BYTES + LENGTH_BYTES;
  const end = start + value.readUInt16BE(TIME_BYTES);
  return { recordedTime, bytes: value.subarray(end), publishedFor: value.toString('utf8', start, end) };
}

/** Entries that were appended together have one recorded time, and writing it out is a good part of reading them. */
const last = { ms: 0, written: new Date(0).toISOString() };

function writtenTime(ms: number): string {
  if (ms !== last.ms) {
    last.written = new Date(ms).toISOString();
    last.ms = ms;
  }
  return last.written;
}
