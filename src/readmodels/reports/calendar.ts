export const DAY_MS = 86_400_000;

/** The day of an instant in UTC, as `2025-03-31`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Whole days in a span of milliseconds: a day counts once it is over. */
export function wholeDays(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS));
}

/** The instant so many days after another. */
export function daysAfter(ms: number, days: number): number {
  return ms + days * DAY_MS;
}
