import { systemClock, type Clock as Waiting } from '../scenario/clock.ts';

/**
 * Time as the service waits by it: it only goes on, whatever becomes of the time of day. Everything that waits for
 * time to pass asks this, so that a simulation can hand in a time of its own.
 */
export interface Clock extends Waiting {
  /** Aborts after so many milliseconds; keeps no process from ending. */
  timeout(ms: number): AbortSignal;
}

export const monotonicClock: Clock = { ...systemClock, timeout: (ms) => AbortSignal.timeout(ms) };
