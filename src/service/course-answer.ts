import { type Claim, claimOf } from '../readmodels/claims.ts';
import { Series, type SeriesPoint } from '../readmodels/series.ts';
import { foldLog, type ReadModel } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Transition } from '../roll/outcome.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { ViewedLog } from './view-answer.ts';

/** How a view came to be what it is. */
export interface CourseAnswer {
  /** Day by day, for a view in the order of time. */
  readonly series: readonly SeriesPoint[];
  /** What was published of casualties and strength, by seq. */
  readonly claims: readonly Claim[];
}

class CourseModel implements ReadModel {
  readonly series = new Series();
  readonly claims: Claim[] = [];

  apply(transition: Transition): void {
    this.series.apply(transition);
    const claim = claimOf(transition.seq, transition.event);
    if (claim !== null) this.claims.push(claim);
  }
}

/** Folds a log in a view. `read` gives its first entries, from the start each time that it is called. */
export async function answerCourse(
  kernels: Kernels,
  { view }: ViewedLog,
  read: () => AsyncIterable<RawEntry>,
): Promise<CourseAnswer> {
  const { fold } = await foldLog(kernels, read, view, () => new CourseModel());
  return {
    series: fold.readModel.series.points(),
    claims: fold.readModel.claims.toSorted((a, b) => a.seq - b.seq),
  };
}
