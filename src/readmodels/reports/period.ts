import { parseEndOfDay } from '../../../events/time.ts';
import { DAY_MS } from './calendar.ts';

/** A time with a start and an end, in milliseconds since 1970 UTC; the end is no longer in it. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

const MONTHS_OF = /^(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?$/;
const LONGEST_MS = 3_660 * DAY_MS;

/**
 * Reads a period: `2028`, `2028-H2`, `2028-Q1`, `2028-07`, or from day to day `2028-07-01/2028-09-30`, both days in
 * it. Null for any other text, and for more than ten years, which no account is made up for.
 */
export function parsePeriod(text: string): Period | null {
  const [, year, quarter, half, month] = MONTHS_OF.exec(text) ?? [];
  if (year !== undefined) {
    if (quarter !== undefined) return months(Number(year), (Number(quarter) - 1) * 3, 3);
    if (half !== undefined) return months(Number(year), (Number(half) - 1) * 6, 6);
    return month === undefined ? months(Number(year), 0, 12) : months(Number(year), Number(month) - 1, 1);
  }
  const [first = '', last = '', ...more] = text.split('/');
  const [firstEnd, lastEnd] = [parseEndOfDay(first), parseEndOfDay(last)];
  if (firstEnd === null || lastEnd === null || more.length > 0) return null;
  const length = lastEnd - firstEnd + DAY_MS;
  if (length <= 0 || length > LONGEST_MS) return null;
  return { fromMs: lastEnd + 1 - length, toMs: lastEnd + 1 };
}

/** The quarters that a period touches, in order, each with the share of the period's days that lies in it. */
export function quartersOf({ fromMs, toMs }: Period): { readonly quarter: string; readonly share: number }[] {
  const quarters = [];
  for (let at = fromMs; at < toMs; ) {
    const whole = quarterAt(at);
    const end = Math.min(toMs, whole.toMs);
    quarters.push({ quarter: whole.name, share: (end - at) / (toMs - fromMs) });
    at = end;
  }
  return quarters;
}

/** The quarter in which an instant lies, as `2028-Q1`. */
export function quarterOf(instantMs: number): string {
  return quarterAt(instantMs).name;
}

/** Periods without what they share: in order, none touches another. */
export function union(periods: readonly Period[]): Period[] {
  const merged: Period[] = [];
  for (const period of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || period.fromMs > last.toMs) merged.push(period);
    else merged[merged.length - 1] = { ...last, toMs: Math.max(last.toMs, period.toMs) };
  }
  return merged;
}

function quarterAt(instantMs: number): Period & { readonly name: string } {
  const date = new Date(instantMs);
  const year = date.getUTCFullYear();
  const quarter = Math.floor(date.getUTCMonth() / 3);
  return { ...months(year, quarter * 3, 3), name: `${String(year).padStart(4, '0')}-Q${quarter + 1}` };
}

function months(year: number, first: number, count: number): Period {
  const start = (month: number) => new Date(0).setUTCFullYear(year, month, 1);
  return { fromMs: start(first), toMs: start(first + count) };
}
