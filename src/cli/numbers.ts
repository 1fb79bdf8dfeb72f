import type { Estimate } from '../../events/estimate.ts';

/** `10,000`. By hand: Intl takes longer to load than a whole roll to show. */
export function formatCount(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `10,000 (9,000–11,000)`, or `10,000` where low and high are the same. */
export function formatEstimate({ low, best, high }: Estimate): string {
  return low === high ? formatCount(best) : `${formatCount(best)} (${formatCount(low)}–${formatCount(high)})`;
}
