import type { Behind } from './report.ts';

/** So many are named; all are counted. */
export const NAMED = 50;

/** Collects the events behind a row. */
export class Evidence {
  #count = 0;
  readonly #seqs: number[] = [];

  add(seq: number): void {
    this.#count += 1;
    this.#seqs.push(seq);
    if (this.#seqs.length > NAMED) this.#seqs.shift();
  }

  get behind(): Behind {
    return { count: this.#count, seqs: [...this.#seqs] };
  }
}

/** The one event behind a row. */
export function only(seq: number): Behind {
  return { count: 1, seqs: [seq] };
}

/** A row that no event of its own stands behind. */
export const NONE: Behind = { count: 0, seqs: [] };
