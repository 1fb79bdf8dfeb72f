import { BASES } from './basis.ts';
import type { Revenue } from './earnings.ts';
import { entry } from './entry.ts';
import { Evidence } from './evidence.ts';
import { quarterOf, quartersOf } from './period.ts';
import { latest, type Row, type RowBasis, type Table } from './report.ts';

/** Revenue by the quarter of the year that it is for. */
export class Quarters {
  readonly #quarters = new Map<
    string,
    Record<RowBasis, { gross: number; take: number; readonly evidence: Evidence }>
  >();

  add({ seq, gross, take, period }: Revenue, basis: RowBasis, atMs: number): void {
    const parts = period === null ? [{ quarter: quarterOf(atMs), share: 1 }] : quartersOf(period);
    for (const { quarter, share } of parts) {
      const sums = entry(this.#quarters, quarter, () => ({ reported: nothing(), hypothetical: nothing() }));
      const mine = sums[basis];
      mine.gross += gross * share;
      mine.take += take * share;
      mine.evidence.add(seq);
    }
  }

  table(): Table {
    const rows = [...this.#quarters]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([quarter, sums]) =>
        BASES.flatMap((basis): Row[] => {
          const { gross, take, evidence } = sums[basis];
          const { behind } = evidence;
          return behind.count === 0 ? [] : [{ basis, cells: { quarter, gross, take }, events: behind }];
        }),
      );
    return {
      id: 'quarters',
      title: 'Revenue by quarter',
      about:
        "Revenue in the quarters of the period that it is for, by the share of the period's days that lies in each. " +
        'Where no period can be read, it stands in the quarter in which it accrued. Quarters without any are left out.',
      columns: [
        { id: 'quarter', title: 'Quarter', kind: 'text' },
        { id: 'gross', title: 'Gross', kind: 'usd' },
        { id: 'take', title: "State's take", kind: 'usd' },
      ],
      ...latest(rows),
      chart: { kind: 'bar', category: 'quarter', values: ['gross', 'take'] },
    };
  }
}

function nothing() {
  return { gross: 0, take: 0, evidence: new Evidence() };
}
