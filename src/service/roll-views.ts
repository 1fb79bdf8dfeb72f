import type { Claim } from '../readmodels/claims.ts';
import type { Settings } from '../readmodels/reports/report.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import type { RollDocument } from '../readmodels/roll-document.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import type { View } from '../roll/view.ts';
import type { CourseAnswer } from './course-answer.ts';
import type { RollLog } from './roll-log.ts';
import type { ViewAnswer } from './view-answer.ts';
import type { ViewThreads } from './view-threads.ts';

/** Answers kept: without and with every contingent, courses, and sets of reports. */
const KEPT = { brief: 100, whole: 4, courses: 20, reports: 20 };

/** The views of one roll other than the one that is kept up to date: each is folded once, and the latest are kept. */
export class RollViews {
  readonly #threads: ViewThreads;
  readonly #log: RollLog;
  readonly #brief = new Map<string, Promise<ViewAnswer>>();
  readonly #whole = new Map<string, Promise<ViewAnswer>>();
  readonly #courses = new Map<string, Promise<CourseAnswer>>();
  readonly #reports = new Map<string, Promise<readonly ReportDocument[]>>();

  constructor(threads: ViewThreads, log: RollLog) {
    this.#threads = threads;
    this.#log = log;
  }

  /** The first `to` entries in a view, without every contingent. This and the others throw as `ViewThreads.ask` does. */
  brief(to: number, view: View): Promise<ViewAnswer> {
    return this.#answer(to, view, false);
  }

  async document(to: number, view: View): Promise<RollDocument> {
    const { document } = await this.#answer(to, view, true);
    if (document === null) throw new Error('A view was answered without the document that was asked for');
    return document;
  }

  /** In the order of time, as known by an instant if one is given. */
  async series(to: number, asKnownMs?: number): Promise<readonly SeriesPoint[]> {
    const view = { asOfMs: Number.POSITIVE_INFINITY, ...(asKnownMs !== undefined && { asKnownMs }) };
    return (await this.#course(to, view)).series;
  }

  /** As known by an instant, by seq. */
  async claims(to: number, asKnownMs: number): Promise<readonly Claim[]> {
    return (await this.#course(to, { asKnownMs })).claims;
  }

  /** Every report, on the first `to` entries in a view. */
  reports(to: number, view: View, settings: Settings): Promise<readonly ReportDocument[]> {
    const key = `${keyOf(to, view)} ${JSON.stringify(settings)}`;
    const answer =
      this.#reports.get(key) ??
      this.#threads.askReports(this.#log, { roll: this.#log.roll, to, view, settings });
    keep(this.#reports, key, answer, KEPT.reports);
    return answer;
  }

  #course(to: number, view: View): Promise<CourseAnswer> {
    const key = keyOf(to, view);
    const answer =
      this.#courses.get(key) ?? this.#threads.askCourse(this.#log, { roll: this.#log.roll, to, view });
    keep(this.#courses, key, answer, KEPT.courses);
    return answer;
  }

  #answer(to: number, view: View, isWhole: boolean): Promise<ViewAnswer> {
    const kept = isWhole ? this.#whole : this.#brief;
    const key = keyOf(to, view);
    const known = kept.get(key) ?? (isWhole ? undefined : this.#whole.get(key));
    const answer = known ?? this.#threads.ask(this.#log, { roll: this.#log.roll, to, view, isWhole });
    keep(kept, key, answer, isWhole ? KEPT.whole : KEPT.brief);
    return answer;
  }
}

function keyOf(to: number, { asOfMs, asKnownMs }: View): string {
  return `${to} ${asOfMs} ${asKnownMs}`;
}

/** Keeps the latest answers that came or are on their way. */
function keep<A>(kept: Map<string, Promise<A>>, key: string, answer: Promise<A>, most: number): void {
  kept.delete(key);
  kept.set(key, answer);
  answer.catch(() => kept.delete(key));
  for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
}
