import { REPORT_NAMES } from '../readmodels/reports/catalogue.ts';
import { type ReportReference, reportReference } from '../readmodels/reports/reference.ts';
import type { Settings } from '../readmodels/reports/report.ts';
import { type ReportDocument, Reports } from '../readmodels/reports/reports.ts';
import { foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { ourReference } from './reference.ts';
import type { ViewedLog } from './view-answer.ts';

/** The first entries of a roll's log, in a view, as reports. */
export interface ReportsQuestion extends ViewedLog {
  readonly settings: Settings;
}

let reference: Promise<ReportReference> | null = null;

/** Folds a log once, in the order of time, into every report. `read` is as for `answerCourse`. */
export async function answerReports(
  kernels: Kernels,
  { roll, view, settings }: ReportsQuestion,
  read: () => AsyncIterable<RawEntry>,
): Promise<readonly ReportDocument[]> {
  reference ??= ourReference().then(reportReference);
  const beside = await reference;
  const folded = await foldLog(
    kernels,
    read,
    { ...view, asOfMs: view.asOfMs ?? Number.POSITIVE_INFINITY },
    () => new Reports(REPORT_NAMES, beside),
  );
  return REPORT_NAMES.map((name) =>
    folded.fold.readModel.document(name, roll, folded, settings, view.asOfMs),
  );
}
