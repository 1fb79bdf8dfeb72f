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
  return {
    recordedTime: new Date(value.readDoubleBE(0)).toISOString(),
    bytes: value.subarray(TIME_BYTES),
  };
}
