import type { Pathway } from '../../events/vocabulary.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import { Distribution, type DistributionDump } from './distribution.ts';
import { perPathway } from './per-pathway.ts';

const DAY_MS = 86_400_000;

/** How a day ended on which something changed: best estimates, in persons. */
export interface SeriesPoint {
  /** `2025-03-31`, in UTC. */
  readonly day: string;
  readonly pathways: Readonly<Record<Pathway, number>>;
  readonly killed: number;
  readonly missing: number;
  readonly wounded: number;
  readonly unaccounted: number;
}

/** What a series has come to, as plain data. */
export interface SeriesDump {
  readonly past: ReadonlyMap<string, SeriesPoint>;
  readonly day: string | null;
  readonly distribution: DistributionDump;
}

/**
 * Strength per pathway and losses, day by day. It tells the truth of a fold in the order of time only (an as-of
 * view, or a log that is chronological); of another it keeps no more than one point a day.
 */
export class Series implements ReadModel {
  #distribution = new Distribution();
  readonly #past = new Map<string, SeriesPoint>();
  #day: string | null = null;
  /** When that day begins: most facts are of the day of the one before, and need not be asked which theirs is. */
  #startsMs = Number.NaN;

  apply(transition: Transition): void {
    if (transition.moves.length === 0) return;
    const { timeMs } = transition.event;
    const day =
      this.#day !== null && timeMs >= this.#startsMs && timeMs < this.#startsMs + DAY_MS
        ? this.#day
        : dayOf(timeMs);
    if (this.#day !== null && this.#day !== day) this.#past.set(this.#day, this.#point(this.#day));
    if (this.#day !== day) this.#startsMs = Date.parse(day);
    this.#day = day;
    this.#distribution.apply(transition);
  }

  /** Every day with a change, in order. */
  points(): readonly SeriesPoint[] {
    return this.#day === null ? [] : [...this.#past.values(), this.#point(this.#day)];
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): SeriesDump {
    return { past: this.#past, day: this.#day, distribution: this.#distribution.dump() };
  }

  static restore({ past, day, distribution }: SeriesDump): Series {
    const series = new Series();
    for (const [pastDay, point] of past) series.#past.set(pastDay, point);
    series.#day = day;
    if (day !== null) series.#startsMs = Date.parse(day);
    series.#distribution = Distribution.restore(distribution);
    return series;
  }

  #point(day: string): SeriesPoint {
    const { losses, unaccounted } = this.#distribution;
    const pathways = this.#distribution.pathways();
    return { day, pathways: perPathway((pathway) => pathways[pathway].best), ...losses, unaccounted };
  }
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/**
 * At most so many points: time is cut into equal spans, and of each the last point stays, with the first and the
 * last of all. `most` is 2 or more.
 */
export function downsample(points: readonly SeriesPoint[], most: number): readonly SeriesPoint[] {
  const [first] = points;
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  const start = Date.parse(first.day);
  const span = (Date.parse(last.day) - start) / (most - 1);
  const kept = new Map<number, SeriesPoint>();
  for (const point of points) {
    if (point !== first)
      kept.set(Math.min(Math.floor((Date.parse(point.day) - start) / span), most - 2), point);
  }
  return [first, ...kept.values()];
}
