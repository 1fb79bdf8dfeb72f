import type { ReportName } from '../../src/readmodels/reports/catalogue.ts';
import type { ReportReference } from '../../src/readmodels/reports/reference.ts';
import {
  type Cell,
  DEFAULT_SETTINGS,
  type RowBasis,
  type Table,
} from '../../src/readmodels/reports/report.ts';
import { type ReportDocument, Reports } from '../../src/readmodels/reports/reports.ts';
import { foldLog } from '../../src/roll/fold.ts';
import type { RawEntry } from '../../src/roll/settlement.ts';
import type { View } from '../../src/roll/view.ts';
import type { EventJson } from './examples.ts';
import { kernels, logOf } from './roll-scenario.ts';

/** Nothing to compare with, and no place that is known. */
export const NO_REFERENCE: ReportReference = { benchmarks: [], isEastAsia: () => false };

/** A report about a log of these events, in the order of time. */
export function reportOn(
  name: ReportName,
  events: readonly EventJson[],
  view: View = {},
  settings = DEFAULT_SETTINGS,
  reference: ReportReference = NO_REFERENCE,
): Promise<ReportDocument> {
  return reportOnLog(name, logOf(events), view, settings, reference);
}

/** A report about a log, in the order of time. */
export async function reportOnLog(
  name: ReportName,
  log: readonly RawEntry[],
  view: View = {},
  settings = DEFAULT_SETTINGS,
  reference: ReportReference = NO_REFERENCE,
): Promise<ReportDocument> {
  const folded = await foldLog(
    kernels,
    () => log,
    { ...view, asOfMs: view.asOfMs ?? Number.POSITIVE_INFINITY },
    () => new Reports([name], reference),
  );
  const home = { theatre: null, timeline: null };
  return folded.fold.readModel.document(name, home, folded, settings, view.asOfMs);
}

/** A table of a report; a test that expects one and gets none fails here. */
export function tableOf(report: ReportDocument, id: string): Table {
  const table = report.tables.find((it) => it.id === id);
  if (table === undefined) throw new Error(`The report has no table ${id}`);
  return table;
}

/** The cells of the rows whose first column says `key`. */
export function cellsOf(
  report: ReportDocument,
  id: string,
  key: Cell,
  basis: RowBasis = 'reported',
): Readonly<Record<string, Cell>> | undefined {
  const { columns, rows } = tableOf(report, id);
  const first = columns[0]?.id ?? '';
  return rows.find((row) => row.cells[first] === key && row.basis === basis)?.cells;
}
