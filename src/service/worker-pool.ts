import { availableParallelism } from 'node:os';
import type { Tinypool } from 'tinypool';

/** Threads of a kind, at most: a core is left for the service itself. */
export const THREADS_MOST = Math.min(4, Math.max(1, availableParallelism() - 1));

/**
 * Megabytes for what is young in a thread: the most of what a fold makes it throws away at once, and with three times
 * the room that V8 gives by itself a third as often is looked for what stays.
 */
const YOUNG_MB = 144;

/**
 * Threads that run a module of this folder, by its name; each is started when it has something to do, and ends when it
 * had nothing for a while.
 */
export async function startPool(
  worker: 'view-worker' | 'replay-worker',
  options: { readonly maxThreads: number; readonly idleTimeout: number },
): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool');
  const filename = new URL(`./${worker}.js`, import.meta.url).href;
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  return new Tinypool({ filename, minThreads: 0, resourceLimits, ...options });
}
