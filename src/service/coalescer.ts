/**
 * Thins out calls: the first is made at once, then one per interval at most while asked for. The last that was
 * asked for is always made.
 */
export class Coalescer {
  readonly #intervalMs: number;
  readonly #call: () => void;
  #calledMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(intervalMs: number, call: () => void) {
    this.#intervalMs = intervalMs;
    this.#call = call;
  }

  ask(): void {
    if (this.#isStopped) return;
    const waitMs = this.#calledMs + this.#intervalMs - performance.now();
    if (waitMs <= 0) this.#make();
    else this.#timer ??= setTimeout(() => this.#make(), waitMs);
  }

  /** Makes a call that is due now; none after that. */
  stop(): void {
    if (this.#timer !== null) this.#make();
    this.#isStopped = true;
  }

  #make(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#calledMs = performance.now();
    this.#call();
  }
}
