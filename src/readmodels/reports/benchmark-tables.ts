import { PATHWAYS, type Pathway } from '../../../events/vocabulary.ts';
import { BASES } from './basis.ts';
import type { Benchmark } from './benchmark.ts';
import type { ByMeasure } from './earnings.ts';
import { type Range, ratio } from './range.ts';
import type { Behind, Cell, Column, Row, RowBasis, Table } from './report.ts';

/** What troops earn, by whose money it is, and the events behind it. */
export interface Income {
  readonly usd: ByMeasure<Range | null>;
  readonly events: Behind;
}

const MEASURES = { paid: 'Gross', taken: "State's take", kept: "Gross less the state's take" } as const;

const SAME_MONEY =
  "Ratio is the troops' money ÷ the benchmark, range over range. What is paid is set beside gross, what a state takes " +
  "beside its take, what is kept from it beside the rest. Unknown: no sourced figure was found, or the troops' is unknown.";

/** What a pathway earns by the head and month, beside other incomes. */
export function perHeadTable(
  benchmarks: readonly Benchmark[],
  incomeOf: (pathway: Pathway, basis: RowBasis) => Income | null,
): Table {
  return {
    id: 'per-head-benchmarks',
    title: 'Per head and month, beside other incomes',
    about: `What one head earns in a month in a pathway, as in the table by pathway. ${SAME_MONEY}`,
    columns: [
      { id: 'benchmark', title: 'Beside', kind: 'text' },
      { id: 'pathway', title: 'Pathway', kind: 'pathway' },
      ...columns('usd-per-head-month'),
    ],
    rows: benchmarks
      .filter(({ usdPerYear }) => usdPerYear === null)
      .flatMap((benchmark) =>
        PATHWAYS.flatMap((pathway) =>
          BASES.flatMap((basis): Row[] => {
            const income = incomeOf(pathway, basis);
            if (income === null) return [];
            const cells = compared(benchmark, benchmark.usdPerHeadMonth, income);
            return [{ basis, cells: { pathway, ...cells }, events: income.events }];
          }),
        ),
      ),
    omitted: 0,
    chart: null,
  };
}

/** What all troops earn in a year, beside other incomes of the state. */
export function perYearTable(
  benchmarks: readonly Benchmark[],
  incomeOf: (basis: RowBasis) => (Income & { readonly years: number }) | null,
): Table {
  return {
    id: 'per-year-benchmarks',
    title: 'Per year, beside other incomes',
    about:
      'What the troops earn in a year: revenue whose period is over ÷ the years that those periods cover, days that several ' +
      `cover counted once, a year of 365.25 days. Less than a year covered is stretched to a year. ${SAME_MONEY}`,
    columns: [
      { id: 'benchmark', title: 'Beside', kind: 'text' },
      ...columns('usd'),
      { id: 'years', title: 'Years covered', kind: 'ratio' },
    ],
    rows: benchmarks
      .filter(({ usdPerYear }) => usdPerYear !== null)
      .flatMap((benchmark) =>
        BASES.flatMap((basis): Row[] => {
          const income = incomeOf(basis);
          if (income === null) return [];
          const cells = compared(benchmark, benchmark.usdPerYear, income);
          return [{ basis, cells: { ...cells, years: income.years }, events: income.events }];
        }),
      ),
    omitted: 0,
    chart: null,
  };
}

function columns(kind: 'usd' | 'usd-per-head-month'): Column[] {
  return [
    { id: 'measure', title: 'Money', kind: 'text' },
    { id: 'troops', title: 'Troops', kind },
    { id: 'theirs', title: 'Benchmark', kind },
    { id: 'ratio', title: 'Ratio', kind: 'ratio' },
    { id: 'source', title: 'Source', kind: 'text' },
  ];
}

function compared(
  { title, measure, source }: Benchmark,
  theirs: Benchmark['usdPerYear'],
  { usd }: Income,
): Record<string, Cell> {
  const troops = usd[measure];
  return {
    benchmark: title,
    measure: MEASURES[measure],
    troops,
    theirs,
    ratio: troops === null || theirs === null ? null : ratio(troops, theirs),
    source: source === null ? null : `${source.title} (${source.date}), ${source.url}`,
  };
}
