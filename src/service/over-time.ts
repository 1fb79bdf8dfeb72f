import { Claims } from '../readmodels/claims.ts';
import { Series } from '../readmodels/series.ts';
import { foldLog, type ReadModel } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Transition } from '../roll/outcome.ts';
import type { RollLog } from './roll-log.ts';

/** Folds kept: the roll as it stands, and some days as known. */
const KEPT = 4;

/** What a roll was, day by day, and what was claimed of it. */
export class Course implements ReadModel {
  readonly series = new Series();
  readonly claims = new Claims();

  apply(transition: Transition): void {
    this.series.apply(transition);
    this.claims.apply(transition);
  }
}

/** Reads a log in the order of time, once for each length and day that is asked for. */
export class OverTime {
  readonly #kernels: Kernels;
  readonly #log: RollLog;
  readonly #courses = new Map<string, Promise<Course>>();

  constructor(kernels: Kernels, log: RollLog) {
    this.#kernels = kernels;
    this.#log = log;
  }

  /** The first `seq` entries, as known by an instant if one is given. */
  course(seq: number, asKnownMs?: number): Promise<Course> {
    const key = `${seq} ${asKnownMs}`;
    const course = this.#courses.get(key) ?? this.#fold(seq, asKnownMs);
    this.#courses.delete(key);
    this.#courses.set(key, course);
    course.catch(() => this.#courses.delete(key));
    for (const oldest of [...this.#courses.keys()].slice(0, -KEPT)) this.#courses.delete(oldest);
    return course;
  }

  async #fold(seq: number, asKnownMs?: number): Promise<Course> {
    if (seq === 0) return new Course();
    const view = { asOfMs: Number.POSITIVE_INFINITY, ...(asKnownMs !== undefined && { asKnownMs }) };
    const { fold } = await foldLog(
      this.#kernels,
      () => this.#log.read({ to: seq }),
      view,
      () => new Course(),
    );
    return fold.readModel;
  }
}
