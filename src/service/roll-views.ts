import type { Claim } from '../readmodels/claims.ts';
import type { DistributionDocument, RollDocument } from '../readmodels/roll-document.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import type { View } from '../roll/view.ts';
import type { RollLog } from './roll-log.ts';
import type { ViewAnswer } from './view-answer.ts';
import type { ViewThreads } from './view-threads.ts';

/** Answers kept, without and with every contingent. */
const KEPT = { brief: 100, whole: 4 };

/** The views of one roll other than the one that is kept up to date: each is folded once, and the latest are kept. */
export class RollViews {
  readonly #threads: ViewThreads;
  readonly #log: RollLog;
  readonly #brief = new Map<string, Promise<ViewAnswer>>();
  readonly #whole = new Map<string, Promise<ViewAnswer>>();

  constructor(threads: ViewThreads, log: RollLog) {
    this.#threads = threads;
    this.#log = log;
  }

  /** The first `to` entries in a view. This and the others throw as `ViewThreads.ask` does. */
  async distribution(to: number, view: View): Promise<DistributionDocument> {
    return (await this.#answer(to, view, false)).distribution;
  }

  async document(to: number, view: View): Promise<RollDocument> {
    const { document } = await this.#answer(to, view, true);
    if (document === null) throw new Error('A view was answered without the document that was asked for');
    return document;
  }

  /** In the order of time, as known by an instant if one is given. */
  async series(to: number, asKnownMs?: number): Promise<readonly SeriesPoint[]> {
    const view = { asOfMs: Number.POSITIVE_INFINITY, ...(asKnownMs !== undefined && { asKnownMs }) };
    return (await this.#answer(to, view, false)).series;
  }

  /** As known by an instant, by seq. */
  async claims(to: number, asKnownMs: number): Promise<readonly Claim[]> {
    return (await this.#answer(to, { asKnownMs }, false)).claims;
  }

  #answer(to: number, view: View, isWhole: boolean): Promise<ViewAnswer> {
    const kept = isWhole ? this.#whole : this.#brief;
    const key = `${to} ${view.asOfMs} ${view.asKnownMs}`;
    const known = kept.get(key) ?? (isWhole ? undefined : this.#whole.get(key));
    const answer = known ?? this.#threads.ask(this.#log, { roll: this.#log.roll, to, view, isWhole });
    kept.delete(key);
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    for (const oldest of [...kept.keys()].slice(0, isWhole ? -KEPT.whole : -KEPT.brief)) kept.delete(oldest);
    return answer;
  }
}
