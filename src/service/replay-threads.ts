import { deserialize } from 'node:v8';
import type { Tinypool } from 'tinypool';
import { givingPages } from './entry-pages.ts';
import type { RollFoldDump } from './roll-fold.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';
import { startPool, THREADS_MOST } from './worker-pool.ts';

/** Entries that whoever asks folds itself: to start a thread and to take its fold over would take longer. */
const FOLDED_HERE = 20_000;
const IDLE_MS = 5_000;

/**
 * Folds long logs from their first entry, several rolls side by side in threads of their own: the service goes on to
 * answer meanwhile, and what folds does not wait for what reads.
 */
export class ReplayThreads {
  #pool: Promise<Tinypool> | null = null;

  /**
   * The first `to` entries of a log, folded in the view "now"; null if they are few. `onGiven` is told now and then,
   * and at the end, of the last entry that the thread was given. Throws what the log or the thread throws, and when
   * the signal aborts.
   */
  async replay(
    log: RollLog,
    to: number,
    onGiven: (last: HomedEntry) => void,
    signal: AbortSignal,
  ): Promise<RollFoldDump | null> {
    if (to <= FOLDED_HERE) return null;
    this.#pool ??= startPool('replay-worker', { maxThreads: THREADS_MOST, idleTimeout: IDLE_MS });
    const pool = await this.#pool;
    const dump: Uint8Array = await givingPages(
      log,
      (port) => pool.run({ to, port }, { transferList: [port], signal }),
      onGiven,
    );
    return deserialize(dump);
  }

  /** Ends the threads; what they were asked is answered with an error. */
  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }
}
