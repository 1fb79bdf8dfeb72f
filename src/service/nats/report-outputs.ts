import { once } from 'node:events';
import type { LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { reportKey } from '../../log/subjects.ts';
import { REPORT_NAMES } from '../../readmodels/reports/catalogue.ts';
import { DEFAULT_SETTINGS } from '../../readmodels/reports/report.ts';
import type { ReportDocument } from '../../readmodels/reports/reports.ts';
import { monotonicClock } from '../clock.ts';
import { MOST_BODY_BYTES } from '../outputs/output-messages.ts';
import type { LiveRoll } from '../service.ts';
import type { NewestValues } from './newest-values.ts';

/** At least so long between two sets of reports about a roll. */
const PACE_MS = 1_000;
/** A set is folded from the whole log: after a long one nine times as long is left to all else than reports. */
const REST = 9;
/** Rows kept of a table where the whole report is too large for a message: the latest. */
const FEW_ROWS = 50;

export interface ReportingOptions {
  readonly bucket: NewestValues;
  /** Shared by all rolls, a turn for a set and the rest after it: many rolls take no more of the service than one. */
  readonly turns: LimitFunction;
  readonly logger: Logger;
}

/**
 * Keeps every report about a roll in a KV bucket under `<roll>.<report>`, as it stands now: put again when the roll
 * changed, not for every event. Ends when updates do.
 */
export async function publishReports(
  live: LiveRoll,
  options: ReportingOptions,
  signal: AbortSignal,
): Promise<void> {
  let publishedSeq = -1;
  for await (const updates of live.updateBatches(null, signal)) {
    if (live.summary.isClosed) {
      for (const name of REPORT_NAMES) await options.bucket.remove(reportKey(live.summary.roll, name));
      publishedSeq = -1;
      continue;
    }
    if (!updates.some(({ kind, seq }) => kind === 'distribution' && seq > publishedSeq)) continue;
    await options.turns(async () => {
      if (signal.aborted) return;
      publishedSeq = live.summary.seq;
      const foldedMs = await putReports(live, publishedSeq, options, signal);
      await monotonicClock.sleep(REST * foldedMs, signal);
    });
    await monotonicClock.sleep(PACE_MS, signal);
  }
}

/** Resolves to how long it waited for the reports themselves, in milliseconds. */
async function putReports(
  live: LiveRoll,
  seq: number,
  { bucket, logger }: ReportingOptions,
  signal: AbortSignal,
): Promise<number> {
  let foldedMs = 0;
  for (const name of REPORT_NAMES) {
    const begun = performance.now();
    const report = await unlessAborted(live.report(name, { seq }, DEFAULT_SETTINGS), signal);
    foldedMs += performance.now() - begun;
    if (report === null || signal.aborted) break;
    const body = [report, shortened(report)]
      .map((one) => JSON.stringify(one))
      .find((one) => Buffer.byteLength(one) <= MOST_BODY_BYTES);
    if (body === undefined) logger.warn({ report: name }, 'The report is too large for a message');
    else await bucket.put(reportKey(live.summary.roll, name), seq, body);
  }
  return foldedMs;
}

/** Null if the signal aborts first: who stops does not wait for the fold of a long log. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const answered = new AbortController();
  const aborted = once(signal, 'abort', { signal: answered.signal }).then(() => null);
  aborted.catch(() => {}); // it was answered
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    answered.abort();
  }
}

function shortened(report: ReportDocument): ReportDocument {
  const tables = report.tables.map((table) => {
    const omitted = Math.max(0, table.rows.length - FEW_ROWS);
    return { ...table, rows: table.rows.slice(omitted), omitted: table.omitted + omitted };
  });
  return { ...report, tables };
}
