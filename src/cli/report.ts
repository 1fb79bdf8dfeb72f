import { isReportName, REPORT_NAMES } from '../readmodels/reports/catalogue.ts';
import { reportReference } from '../readmodels/reports/reference.ts';
import { DEFAULT_SETTINGS } from '../readmodels/reports/report.ts';
import { Reports } from '../readmodels/reports/reports.ts';
import { foldLog } from '../roll/fold.ts';
import { createKernels } from '../roll/kernels.ts';
import { ourReference } from '../service/reference.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';
import { readInstant } from './read-options.ts';
import { numbered, openInputs } from './replay-inputs.ts';
import { showReport } from './show-report.ts';
import { stdoutColumns } from './show-roll.ts';

interface ReportOptions {
  readonly asOf?: string;
  readonly asKnown?: string;
  readonly seq?: number;
  readonly footprintDays?: number;
  readonly json?: true;
}

/** `muster report`: folds files as `replay` does, in the order of time, and prints a report about the roll. */
export async function report(name: string, files: readonly string[], options: ReportOptions): Promise<void> {
  if (!isReportName(name)) {
    throw new CommandFailure(
      EXIT.usage,
      `there is no report '${printable(name)}'. Give one of: ${REPORT_NAMES.join(', ')}`,
    );
  }
  const { seq: limit = Number.POSITIVE_INFINITY, footprintDays = DEFAULT_SETTINGS.footprintDays } = options;
  const asOfMs = options.asOf === undefined ? undefined : readInstant('--as-of', options.asOf);
  const view = {
    asOfMs: asOfMs ?? Number.POSITIVE_INFINITY,
    ...(options.asKnown === undefined ? {} : { asKnownMs: readInstant('--as-known', options.asKnown) }),
  };
  const inputs = await openInputs(files, {});
  const reference = reportReference(await ourReference());
  try {
    const folded = await foldLog(
      createKernels(),
      () => numbered(inputs.read(), limit),
      view,
      () => new Reports([name], reference),
    );
    const { readModel } = folded.fold;
    const document = readModel.document(name, inputs.home, folded, { footprintDays }, asOfMs);
    const text = options.json
      ? JSON.stringify(document, null, 2)
      : showReport(document, inputs.title, stdoutColumns());
    process.stdout.write(`${text}\n`);
  } finally {
    await inputs.dispose();
  }
}
