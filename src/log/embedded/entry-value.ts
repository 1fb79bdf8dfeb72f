const TIME_BYTES = 8;

/** What is stored of an entry: the recorded time (milliseconds since 1970, float64), then the event's bytes. */
export function encodeEntry(recordedTimeMs: number, bytes: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(TIME_BYTES + bytes.byteLength);
  value.writeDoubleBE(recordedTimeMs, 0);
  value.set(bytes, TIME_BYTES);
  return value;
}

/** The two parts of a stored entry; `bytes` is a view of `value`. */
export function decodeEntry(value: Buffer): { recordedTime: string; bytes: Uint8Array } {
  return { recordedTime: writtenTime(value.readDoubleBE(0)), bytes: value.subarray(TIME_BYTES) };
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
