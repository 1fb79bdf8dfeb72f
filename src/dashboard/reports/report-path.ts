import type { ReportDocument } from '../../readmodels/reports/reports.ts';
import type { Address } from '../address.ts';
import { day } from '../wording.ts';

type Moment = Pick<Address, 'day' | 'known' | 'footprintDays'>;

/** Where the service gives a report of a roll (`ukraine/record`) at a moment. */
export function reportPath(roll: string, report: string, { day, known, footprintDays }: Moment): string {
  const query = new URLSearchParams();
  if (day !== null) query.set('asOf', day);
  if (known !== null) query.set('asKnown', known);
  if (footprintDays !== null) query.set('footprintDays', String(footprintDays));
  const search = query.toString();
  return `/api/rolls/${roll}/reports/${encodeURIComponent(report)}${search && `?${search}`}`;
}

/** The moment in words: `Up to 31 Mar 2025, as known on 12 Jan 2025`. */
export function momentText({ until }: Pick<ReportDocument, 'until'>, { known }: Moment): string {
  const upTo = until === null ? 'Before the first event' : `Up to ${day(until)}`;
  return known === null ? upTo : `${upTo}, as known on ${day(known)}`;
}
