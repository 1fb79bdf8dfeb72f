/** So many times as long as a write took. */
const REST = 4;
/** After a write that waited for a store that was away, the next one is due all the same. */
const MOST_MS = 500;

/**
 * How long a roll leaves a store alone after a write that took so many milliseconds: one that is busy gets fewer and
 * larger writes, where it would be kept busy by many small ones.
 */
export function restMs(tookMs: number): number {
  return Math.min(REST * tookMs, MOST_MS);
}
