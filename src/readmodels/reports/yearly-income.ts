import type { Income } from './benchmark-tables.ts';
import { DAY_MS } from './calendar.ts';
import { isOver, type Revenue } from './earnings.ts';
import { entry } from './entry.ts';
import { Evidence } from './evidence.ts';
import { type Period, union } from './period.ts';
import { exactly } from './range.ts';
import type { RowBasis } from './report.ts';

const YEAR_MS = 365.25 * DAY_MS;

/** What was earned for one period. */
interface Sum extends Period {
  gross: number;
  take: number;
}

/** What all troops together earn in a year. */
export class YearlyIncome {
  readonly #periods: Record<RowBasis, Map<string, Sum>> = { reported: new Map(), hypothetical: new Map() };
  readonly #evidence: Record<RowBasis, Evidence> = {
    reported: new Evidence(),
    hypothetical: new Evidence(),
  };

  add({ seq, gross, take, period }: Revenue, basis: RowBasis): void {
    if (period === null) return;
    const key = `${period.fromMs} ${period.toMs}`;
    const sum = entry(this.#periods[basis], key, () => ({ ...period, gross: 0, take: 0 }));
    sum.gross += gross;
    sum.take += take;
    this.#evidence[basis].add(seq);
  }

  /** By the periods that are over; null before the first. */
  income(basis: RowBasis, untilMs: number): (Income & { readonly years: number }) | null {
    const over = [...this.#periods[basis].values()].filter((period) => isOver(period, untilMs));
    if (over.length === 0) return null;
    const years = union(over).reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / YEAR_MS, 0);
    const gross = over.reduce((sum, it) => sum + it.gross, 0);
    const take = over.reduce((sum, it) => sum + it.take, 0);
    const each = (usd: number) => exactly(usd / years);
    return {
      usd: { paid: each(gross), taken: each(take), kept: each(gross - take) },
      years,
      events: this.#evidence[basis].behind,
    };
  }
}
