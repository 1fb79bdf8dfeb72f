import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { REPORT_NAMES, type ReportName } from '../../../src/readmodels/reports/catalogue.ts';
import { exactly } from '../../../src/readmodels/reports/range.ts';
import type { ReportReference } from '../../../src/readmodels/reports/reference.ts';
import {
  type Cell,
  DEFAULT_SETTINGS,
  MOST_ROWS,
  type Table,
  TEXT_KINDS,
} from '../../../src/readmodels/reports/report.ts';
import type { View } from '../../../src/roll/view.ts';
import { correctedLogs, factLogs, wildLogs } from '../../support/arbitrary-logs.ts';
import { bytesOf, type EventJson } from '../../support/examples.ts';
import { reportOnLog } from '../../support/report-tables.ts';
import { asKnown, asOf } from '../../support/roll-scenario.ts';

vi.setConfig({ testTimeout: 60_000 });

const runs = { numRuns: 40 };

const NAMES = REPORT_NAMES;

const REFERENCE: ReportReference = {
  isEastAsia: () => false,
  benchmarks: [
    {
      id: 'work',
      title: 'Work',
      measure: 'paid',
      usdPerHeadMonth: { low: 0, best: 700, high: 900 },
      usdPerYear: null,
      source: null,
    },
    {
      id: 'theft',
      title: 'Theft',
      measure: 'taken',
      usdPerHeadMonth: null,
      usdPerYear: exactly(0),
      source: null,
    },
  ],
};

const days = fc.integer({ min: 1, max: 60 });
const views: fc.Arbitrary<View> = fc.oneof(
  fc.constant({}),
  days.map(asOf),
  days.map(asKnown),
  fc.tuple(days, days).map(([happened, known]) => ({ ...asOf(happened), ...asKnown(known) })),
);

/** A log as bytes of which some facts are what-ifs, from a place on or here and there. */
const withWhatIfs = (logs: fc.Arbitrary<EventJson[]>): fc.Arbitrary<Uint8Array[]> =>
  fc.tuple(logs, fc.nat(40), fc.boolean()).map(([log, place, fromThere]) =>
    log.map((event, index) => {
      const isWhatIf = fromThere ? index >= place : index % 7 === place % 7;
      return bytesOf(isWhatIf ? { ...event, basis: 'hypothetical' } : event);
    }),
  );

const logs = fc.oneof(withWhatIfs(factLogs(true)), withWhatIfs(correctedLogs), wildLogs);

async function tablesOf(name: ReportName, log: readonly Uint8Array[], view: View = {}) {
  const entries = log.map((bytes, index) => ({ seq: index + 1, bytes, home: {} }));
  return (await reportOnLog(name, entries, view, DEFAULT_SETTINGS, REFERENCE)).tables;
}

/** What is wrong with a cell; null for a good one. */
function fault(cell: Cell | undefined, isText: boolean): string | null {
  if (cell === undefined) return 'is not there';
  if (cell === null) return null;
  if (typeof cell === 'string') return isText ? null : 'says words for a number';
  if (isText) return 'says a number for words';
  if (typeof cell === 'number') return Number.isFinite(cell) ? null : `is ${cell}`;
  const told = [cell.low, cell.best, cell.high].filter((bound) => bound !== null);
  if (!told.every(Number.isFinite)) return `is not finite: ${told.join(', ')}`;
  // What is added and divided in another order may differ in the last digits.
  const rises = told.every((bound, index) => index === 0 || bound >= (told[index - 1] ?? 0) - slack(bound));
  return rises ? null : `falls: ${told.join(', ')}`;
}

const slack = (n: number) => 1e-9 * Math.max(1, Math.abs(n));

function faultsOf({ id, columns, rows, chart }: Table): string[] {
  const named = new Set(columns.map((column) => column.id));
  const cells = rows.flatMap(({ cells }, place) => [
    ...columns.map((column) => {
      const isText = TEXT_KINDS.some((kind) => kind === column.kind);
      const wrong = fault(cells[column.id], isText);
      return wrong === null ? null : `${id} ${place} ${column.id} ${wrong}`;
    }),
    ...Object.keys(cells).map((key) => (named.has(key) ? null : `${id} ${place} ${key} has no column`)),
  ]);
  const events = rows.map(({ events: { count, seqs } }, place) =>
    seqs.length <= count ? null : `${id} ${place} names more events than there are`,
  );
  const drawn = chart === null ? [] : [chart.category, ...chart.values];
  const charted = drawn.map((column) => (named.has(column) ? null : `${id} draws no column ${column}`));
  const size = rows.length <= MOST_ROWS ? null : `${id} has too many rows`;
  return [...cells, ...events, ...charted, size].filter((wrong) => wrong !== null);
}

describe.each(NAMES)('whatever the log, %s', (name) => {
  test('has every cell, finite numbers or none, and ranges that rise', async () => {
    await fc.assert(
      fc.asyncProperty(logs, views, async (log, view) => {
        expect((await tablesOf(name, log, view)).flatMap(faultsOf)).toEqual([]);
      }),
      runs,
    );
  });

  test('is the same again', async () => {
    await fc.assert(
      fc.asyncProperty(logs, views, async (log, view) => {
        expect(await tablesOf(name, log, view)).toEqual(await tablesOf(name, log, view));
      }),
      { numRuns: 10 },
    );
  });
});

/** Tables of what has happened; those of what stands now turn into what-ifs with those who stand there. */
const HAPPENED = {
  lives: ['pathways', 'places'],
  decision: ['decisions', 'return-rate', 'weeks'],
  money: ['pathways', 'streams', 'companies', 'countries', 'quarters', 'contracts', 'compensation'],
  claims: ['series', 'claims'],
} as const satisfies Partial<Record<ReportName, readonly string[]>>;

test.each(Object.entries(HAPPENED))('no what-if enters a reported figure of %s', async (name, tables) => {
  const report = NAMES.find((it) => it === name);
  if (report === undefined) throw new Error(`There is no report ${name}`);
  const reported = async (log: readonly Uint8Array[]) =>
    (await tablesOf(report, log))
      .filter(({ id }) => tables.some((it) => it === id))
      .map(({ id, rows }) => [id, rows.filter(({ basis }) => basis === 'reported')]);
  await fc.assert(
    fc.asyncProperty(factLogs(true), fc.nat(29), async (log, place) => {
      const record = log.slice(0, place + 1).map(bytesOf);
      const branch = log.slice(place + 1).map((event) => bytesOf({ ...event, basis: 'hypothetical' }));
      expect(await reported([...record, ...branch])).toEqual(await reported(record));
    }),
    runs,
  );
});
