import { DAY_MS } from './calendar.ts';

const WEEK_MS = 7 * DAY_MS;
/** 1 January 1970 was a Thursday, and a week belongs to the year of its Thursday (ISO 8601). */
const THURSDAY = 3;

/** Counts weeks from Monday to Sunday in UTC: two instants of one week have one number. */
export function weekNumber(instantMs: number): number {
  return Math.floor((instantMs + THURSDAY * DAY_MS) / WEEK_MS);
}

/** The name of a numbered week by ISO 8601, as `2025-W14`. */
export function weekName(week: number): string {
  const thursdayMs = week * WEEK_MS;
  const year = new Date(thursdayMs).getUTCFullYear();
  const dayOfYear = (thursdayMs - new Date(thursdayMs).setUTCMonth(0, 1)) / DAY_MS;
  return `${String(year).padStart(4, '0')}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}
