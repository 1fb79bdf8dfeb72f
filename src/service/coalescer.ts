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
  #isWaiting = false;
  readonly #stopping = new AbortController();

  constructor(clock: Clock, intervalMs: number, call: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#call = call;
  }

  ask(): void {
    if (this.#isWaiting || this.#stopping.signal.aborted) return;
    const waitMs = this.#calledMs + this.#intervalMs - this.#clock.now();
    if (waitMs <= 0) this.#make();
    else void this.#makeAfter(waitMs);
  }

  /** Makes a call that is due now; none after that. */
  stop(): void {
    this.#stopping.abort();
    if (this.#isWaiting) this.#make();
  }

  async #makeAfter(waitMs: number): Promise<void> {
    this.#isWaiting = true;
    await this.#clock.sleep(waitMs, this.#stopping.signal);
    if (!this.#stopping.signal.aborted) this.#make();
  }

  #make(): void {
    this.#isWaiting = false;
    this.#calledMs = this.#clock.now();
    this.#call();
  }
}
