import type { Logger } from 'pino';
import { type Clock, monotonicClock } from './clock.ts';

const PAUSE_MS = { first: 100, most: 5_000 };

/** What is attempted, and who is told when it fails. */
export interface Endeavour {
  /** Calls `progress` when it got on, so that the pause after a failure is short again. */
  readonly attempt: (progress: () => void) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/**
 * Makes attempts until the signal aborts: the next one at once when one ends, after a growing pause when one
 * throws. Never throws. A library's retry would go by the machine's clock, and what is simulated by another.
 */
export async function keepTrying(
  { attempt, failed }: Endeavour,
  signal: AbortSignal,
  clock: Clock = monotonicClock,
): Promise<void> {
  let pauseMs = PAUSE_MS.first;
  const progress = () => {
    pauseMs = PAUSE_MS.first;
  };
  while (!signal.aborted) {
    try {
      await attempt(progress);
      progress();
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most);
    }
  }
}

/** An endeavour whose failures are warnings in the log. */
export function warned(what: string, logger: Logger, attempt: () => Promise<void>): Endeavour {
  return { attempt, failed: (error) => logger.warn({ err: error }, `${what} failed; trying again`) };
}
