import type { Clock } from './clock.ts';

/**
 * Thins out calls: the first is made at once, then one per interval at most while asked for. The last that was
 * asked for is always made.
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #call: () => void;
  #calledMs = Number.NEGATIVE_INFINITY;
  /** Ends the wait for the next call. */
  #waiting: AbortController | null = null;
  #isStopped = false;

  constructor(clock: Clock, intervalMs: number, call: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#call = call;
  }

  ask(): void {
    if (this.#isStopped) return;
    const waitMs = this.#calledMs + this.#intervalMs - this.#clock.now();
    if (waitMs <= 0) this.#make();
    else if (this.#waiting === null) void this.#makeAfter(waitMs);
  }

  /** Makes a call that is due now; none after that. */
  stop(): void {
    if (this.#waiting !== null) this.#make();
    this.#isStopped = true;
  }

  async #makeAfter(waitMs: number): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    await this.#clock.sleep(waitMs, waiting.signal);
    if (waiting.signal.aborted) return;
    this.#waiting = null;
    this.#make();
  }

  #make(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#calledMs = this.#clock.now();
    this.#call();
  }
}
