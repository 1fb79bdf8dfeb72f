import type { Known } from './range.ts';

/**
 * An income beside which the troops' money is set. `measure` says whose money it is: what is paid for a head, what of
 * it the state takes, what is kept from the state. Figures of different measures are never compared.
 */
export interface Benchmark {
  readonly id: string;
  readonly title: string;
  readonly measure: 'paid' | 'taken' | 'kept';
  /** Null where no sourced figure was found, and for an income that is told by the year. */
  readonly usdPerHeadMonth: Known | null;
  readonly usdPerYear: Known | null;
  /** Null where no sourced figure was found. */
  readonly source: { readonly title: string; readonly url: string; readonly date: string } | null;
}
