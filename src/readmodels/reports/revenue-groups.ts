import { BASES } from './basis.ts';
import { Earnings, type Revenue } from './earnings.ts';
import { entry } from './entry.ts';
import type { Column, Row, RowBasis, Table } from './report.ts';
import type { ReportedTime } from './reported-time.ts';
import type { StrengthSteps } from './strength-steps.ts';

/** How the columns of revenue come about. */
export const REVENUE_FORMULA =
  "The state's take is gross × the share that it takes. Per head and month is gross, or take, ÷ head-months: strength " +
  '× months (365.25 ÷ 12 days) that the earning contingent stood, within the period that the revenue is for, in the ' +
  'pathway in which it stood when the revenue accrued. Heads count once where one contingent earned twice in a time. ' +
  'Revenue without a contingent, without a readable period, or for a period that is not over is left out of it.';

const COLUMNS: readonly Column[] = [
  { id: 'gross', title: 'Gross', kind: 'usd' },
  { id: 'take', title: "State's take", kind: 'usd' },
  { id: 'counted', title: 'Gross with heads', kind: 'usd' },
  { id: 'headMonths', title: 'Head-months', kind: 'troop-months' },
  { id: 'grossPerHead', title: 'Gross per head and month', kind: 'usd-per-head-month' },
  { id: 'takePerHead', title: 'Take per head and month', kind: 'usd-per-head-month' },
];

/** Revenue by one of its properties. */
export class RevenueGroups<K extends string | null> {
  readonly #groups = new Map<K, Map<RowBasis, Earnings>>();

  add(key: K, basis: RowBasis, revenue: Revenue): void {
    const group = entry(this.#groups, key, () => new Map<RowBasis, Earnings>());
    entry(group, basis, () => new Earnings()).add(revenue);
  }

  of(key: K, basis: RowBasis): Earnings | undefined {
    return this.#groups.get(key)?.get(basis);
  }

  /** Names in code-unit order, what has none last. */
  keys(): K[] {
    return [...this.#groups.keys()].toSorted((a, b) => (b === null || (a !== null && a < b) ? -1 : 1));
  }

  table(
    { id, title, about, key }: Pick<Table, 'id' | 'title' | 'about'> & { readonly key: Column },
    keys: readonly K[],
    { steps, time, untilMs }: { steps: StrengthSteps; time: ReportedTime; untilMs: number },
  ): Table {
    const rows = keys.flatMap((name) =>
      BASES.flatMap((basis): Row[] => {
        const earnings = this.of(name, basis);
        if (earnings === undefined) return [];
        const { gross, headMonths, usd } = earnings.perHead(steps, time.until(basis, untilMs));
        const cells = {
          [key.id]: name,
          gross: earnings.gross,
          take: earnings.take,
          counted: gross,
          headMonths: headMonths.best > 0 ? headMonths : null,
          grossPerHead: usd.paid,
          takePerHead: usd.taken,
        };
        return [{ basis, cells, events: earnings.evidence.behind }];
      }),
    );
    return {
      id,
      title,
      about,
      columns: [key, ...COLUMNS],
      rows,
      omitted: 0,
      chart: { kind: 'bar', category: key.id, values: ['gross', 'take'] },
    };
  }
}
