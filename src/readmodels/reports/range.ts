import type { Estimate } from '../../../events/estimate.ts';

/** A number with its doubt. A bound that cannot be told is null. */
export interface Range {
  readonly low: number | null;
  readonly best: number | null;
  readonly high: number | null;
}

export const NOTHING: Known = { low: 0, best: 0, high: 0 };

/** A range of which every bound is told. */
export interface Known extends Range {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** The range of what is known exactly. */
export function exactly(n: number): Known {
  return { low: n, best: n, high: n };
}

/** A range times a number, 0 or more. */
export function times({ low, best, high }: Estimate, factor: number): Known {
  return { low: low * factor, best: best * factor, high: high * factor };
}

/**
 * An amount for each unit of a range: the most where there are fewest. A bound whose divisor is 0 is unknown;
 * null, wholly unknown, where even the best estimate of the divisor is 0.
 */
export function per(amount: Estimate, { low, best, high }: Estimate): Range | null {
  if (best <= 0) return null;
  return {
    low: high > 0 ? amount.low / high : null,
    best: amount.best / best,
    high: low > 0 ? amount.high / low : null,
  };
}

/** The share of a part in a part and the rest, from 0 to 1; null where nobody is counted. */
export function share(part: Estimate, rest: Estimate): Range | null {
  if (part.best + rest.best <= 0) return null;
  return {
    low: part.low + rest.high > 0 ? part.low / (part.low + rest.high) : null,
    best: part.best / (part.best + rest.best),
    high: part.high + rest.low > 0 ? part.high / (part.high + rest.low) : null,
  };
}

/** How many times a measure a range is, range over range; null where the measure is 0 at best. */
export function ratio(range: Range, measure: Estimate): Range | null {
  if (measure.best <= 0) return null;
  const over = (n: number | null, divisor: number) => (n === null || divisor <= 0 ? null : n / divisor);
  return {
    low: over(range.low, measure.high),
    best: over(range.best, measure.best),
    high: over(range.high, measure.low),
  };
}

/** How far one estimate is from another: below 0 where it is less. */
export function difference(a: Estimate, b: Estimate): Known {
  return { low: a.low - b.high, best: a.best - b.best, high: a.high - b.low };
}
