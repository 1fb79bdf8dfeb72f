import type { SeriesPoint } from '../readmodels/series.ts';

/** The days of the ledger, to the roll's latest: nothing moved since the last change, and that is known too. */
export function daysTo(points: readonly SeriesPoint[], latest: string | null): readonly SeriesPoint[] {
  const last = points.at(-1);
  if (last === undefined || latest === null) return points;
  const day = dayOf(Date.parse(latest));
  return day > last.day ? [...points, { ...last, day }] : points;
}

/** How the ledger stood at the end of a day; undefined before anybody was on the roll. */
export const ledgerOn = (points: readonly SeriesPoint[], day: string): SeriesPoint | undefined =>
  points.findLast((point) => point.day <= day);

/** The day of an instant, in UTC: `2025-03-31`. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
