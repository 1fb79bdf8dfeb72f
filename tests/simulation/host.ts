import type { Clock } from '../../src/service/clock.ts';
import type { Random } from '../torture/random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How rough the network is. */
export interface Weather {
  /** Chances that a request, or its answer, gets lost. */
  lost: number;
  /** That a request wanders about, and arrives long after its sender gave it up. */
  astray: number;
  /** That a stream breaks when something comes. */
  broken: number;
  /** That something takes long. */
  slow: number;
}

/** For how long a request waits for its answer. */
const ANSWER_MS = 3_000;

/** The longest that a request wanders about. */
export const ASTRAY_MS = 6_000;

/** Nothing was sent. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}

/** Sent, perhaps, and done, perhaps. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** How a fake service reaches what it talks to. */
export interface Wire {
  /** Does something at the other end; throws CutOff or NoAnswer. */
  call<T>(act: () => T): Promise<T>;
  /** Brings something from the other end, in order; `onBroken` if it does not get through. */
  push(arrive: () => void, onBroken: () => void): void;
  readonly isCut: boolean;
}

/** A wire without length, for what looks on from outside. */
export const outside: Wire = {
  call: async (act) => act(),
  push: (arrive) => arrive(),
  isCut: false,
};

/** A machine that a process runs on, with its clock and its wire; may crash, or stand still for a while. */
export class Host implements Wire {
  isCut = false;
  #isAlive = true;
  #isPaused = false;
  /** What would have happened here while it stood still. */
  #missed: (() => void)[] = [];
  #lastSentMs = 0;
  #lastBroughtMs = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #weather: Weather;

  constructor(time: VirtualTime, random: Random, weather: Weather) {
    this.#time = time;
    this.#random = random;
    this.#weather = weather;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isRunning(): boolean {
    return this.#isAlive && !this.#isPaused;
  }

  /** Nothing happens here any more. What was sent is on its way. */
  crash(): void {
    this.#isAlive = false;
    this.#missed = [];
  }

  /** As SIGSTOP does. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const run of this.#missed.splice(0)) this.#time.after(0, () => this.#here(run), this.#isDead);
  }

  /** Lets something happen here after a while. */
  after(ms: number, run: () => void, isMoot: () => boolean = () => false): void {
    this.#time.after(
      ms,
      () => this.#here(run),
      () => !this.#isAlive || isMoot(),
    );
  }

  readonly clock: Clock = {
    now: () => this.#time.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        let isOver = false;
        const wake = () => {
          isOver = true;
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.after(ms, wake, () => isOver);
      }),
    timeout: (ms) => {
      const ending = new AbortController();
      this.after(ms, () => ending.abort());
      return ending.signal;
    },
  };

  call<T>(act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const { lost, astray } = this.#weather;
      const chance = this.#random.next();
      if (this.isCut) {
        this.after(0, () => reject(new CutOff('the wire is cut')));
        return;
      }
      let isOver = false;
      const end = (settle: () => void) => () => {
        if (isOver) return;
        isOver = true;
        settle();
      };
      this.after(ANSWER_MS, end(() => reject(new NoAnswer('no answer came'))), () => isOver); // biome-ignore format: one idea
      if (chance < lost) return;
      const isAstray = chance < lost + astray;
      const isAnswerLost = !isAstray && chance < 2 * lost + astray;
      const arrive = () => {
        const result = act();
        if (isAnswerLost || this.isCut) return;
        this.after(this.#bringing(), end(() => resolve(result)), () => isOver); // biome-ignore format: one idea
      };
      this.#time.after(isAstray ? this.#random.between(500, ASTRAY_MS) : this.#sending(), arrive);
    });
  }

  push(arrive: () => void, onBroken: () => void): void {
    const isBroken = this.isCut || this.#random.next() < this.#weather.broken;
    this.after(this.#bringing(), isBroken ? onBroken : arrive);
  }

  readonly #isDead = () => !this.#isAlive;

  #here(run: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) this.#missed.push(run);
    else run();
  }

  /** Milliseconds until what is sent now arrives: after what was sent before. */
  #sending(): number {
    this.#lastSentMs = Math.max(this.#lastSentMs, this.#time.nowMs + this.#latency());
    return this.#lastSentMs - this.#time.nowMs;
  }

  #bringing(): number {
    this.#lastBroughtMs = Math.max(this.#lastBroughtMs, this.#time.nowMs + this.#latency());
    return this.#lastBroughtMs - this.#time.nowMs;
  }

  #latency(): number {
    const isSlow = this.#random.next() < this.#weather.slow;
    return isSlow ? this.#random.between(20, 2_500) : 1 + 9 * this.#random.next();
  }
}
