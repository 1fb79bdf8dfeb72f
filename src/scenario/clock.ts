import { setTimeout } from 'node:timers/promises';

/** Time as the player sees it, in milliseconds. */
export interface Clock {
  /** Counts up from anywhere. */
  now(): number;
  /** Resolves after a while, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MS) {
      try {
        await setTimeout(Math.min(left, LONGEST_TIMER_MS), undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  },
};
