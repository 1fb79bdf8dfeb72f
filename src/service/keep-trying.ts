import type { Logger } from 'pino';
import { type Clock, monotonicClock } from './clock.ts';

const RETRY_MS = { first: 100, most: 5_000 };

/**
 * Makes attempts until the signal aborts: the next one at once when one ends, after a growing pause when one
 * throws. Never throws.
 */
export async function keepTrying(
  what: string,
  logger: Logger,
  signal: AbortSignal,
  attempt: () => Promise<void>,
  clock: Clock = monotonicClock,
): Promise<void> {
  for (let waitMs = RETRY_MS.first; !signal.aborted; ) {
    try {
      await attempt();
      waitMs = RETRY_MS.first;
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ err: error }, `${what} failed; trying again`);
      await clock.sleep(waitMs, signal);
      waitMs = Math.min(2 * waitMs, RETRY_MS.most);
    }
  }
}
