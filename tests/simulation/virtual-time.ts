interface Due {
  readonly atMs: number;
  readonly run: () => void;
  /** Nothing would come of it any more. */
  readonly isMoot: () => boolean;
}

/** Turns in a row that code under test may leave to others, and one more. */
const TURNS = 4;

/**
 * Time that passes only when nothing is left to do at a moment: what is due next happens, then everything that
 * follows from it without waiting, then the next. So the same chances give the same course of events, to the letter.
 */
export class VirtualTime {
  nowMs = 0;
  /** What has happened so far. */
  steps = 0;
  /** In the order of time; of the same moment, in the order in which they were asked for. */
  readonly #due: Due[] = [];

  after(ms: number, run: () => void, isMoot: () => boolean = () => false): void {
    const atMs = this.nowMs + Math.max(ms, 0);
    let low = 0;
    for (let high = this.#due.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#due[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { atMs, run, isMoot });
  }

  /** Lets the next thing happen; false if nothing is due by that moment, which it is then. */
  async step(untilMs: number): Promise<boolean> {
    for (;;) {
      const [next] = this.#due;
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return false;
      }
      this.#due.shift();
      if (next.isMoot()) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
      await this.settle();
      return true;
    }
  }

  /**
   * Resolves when nothing goes on without waiting. Code under test lets others have their turn: who reads updates once,
   * who takes them from there once for each, and again for what is not there yet.
   */
  async settle(): Promise<void> {
    for (let left = TURNS; left > 0; left--) await turn();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
