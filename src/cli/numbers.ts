import type { Estimate } from '../../events/estimate.ts';

const count = new Intl.NumberFormat('en-US');

/** `10,000` */
export function formatCount(n: number): string {
  return count.format(n);
}

/** `10,000 (9,000–11,000)`, or `10,000` where low and high are the same. */
export function formatEstimate({ low, best, high }: Estimate): string {
  return low === high ? formatCount(best) : `${formatCount(best)} (${formatCount(low)}–${formatCount(high)})`;
}
