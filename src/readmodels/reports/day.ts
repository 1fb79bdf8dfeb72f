export const DAY_MS = 86_400_000;

/** The day of an instant in UTC, as `2025-03-31`. */
export function dayOf(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10);
}
