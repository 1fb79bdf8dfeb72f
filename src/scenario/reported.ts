import type { ReportName } from '../readmodels/reports/catalogue.ts';
import type { ReportReference } from '../readmodels/reports/reference.ts';
import { DEFAULT_SETTINGS } from '../readmodels/reports/report.ts';
import { Reports } from '../readmodels/reports/reports.ts';
import { foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import { EVERYTHING } from './coverage.ts';
import { logOf, type Scenario } from './library.ts';

/** What the reports compare with says nothing of a scenario. */
const NO_REFERENCE: ReportReference = { benchmarks: [], isEastAsia: () => false };

/** The reports in which an event of a scenario's timeline, bases included, stands behind a row. */
export async function reportsWithRows(scenario: Scenario, kernels: Kernels): Promise<ReportName[]> {
  const log = logOf(scenario);
  const folded = await foldLog(
    kernels,
    () => log,
    { asOfMs: Number.POSITIVE_INFINITY },
    () => new Reports(EVERYTHING.reports, NO_REFERENCE),
  );
  return EVERYTHING.reports.filter((name) =>
    folded.fold.readModel
      .document(name, scenario.roll, folded, DEFAULT_SETTINGS)
      .tables.some(({ rows }) => rows.some(({ events }) => events.count > 0)),
  );
}
