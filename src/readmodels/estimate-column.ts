import type { Estimate } from '../../events/estimate.ts';
import { type Cells, doubles } from './column.ts';

export interface EstimatesDump {
  readonly low: Cells;
  readonly best: Cells;
  readonly high: Cells;
}

/** Estimates one after the other, in three columns. */
export class EstimateColumn {
  readonly #low;
  readonly #best;
  readonly #high;

  constructor(dump?: EstimatesDump) {
    this.#low = doubles(dump?.low);
    this.#best = doubles(dump?.best);
    this.#high = doubles(dump?.high);
  }

  /** The estimate in a row, counted from 0. */
  at(row: number): Estimate {
    return { low: this.#low.at(row), best: this.#best.at(row), high: this.#high.at(row) };
  }

  push({ low, best, high }: Estimate): void {
    this.#low.push(low);
    this.#best.push(best);
    this.#high.push(high);
  }

  /** Whether two rows have the same. */
  areSame(one: number, other: number): boolean {
    return [this.#low, this.#best, this.#high].every((column) => column.at(one) === column.at(other));
  }

  /** All that a checkpoint has to keep. */
  dump(): EstimatesDump {
    return { low: this.#low.dump(), best: this.#best.dump(), high: this.#high.dump() };
  }
}
