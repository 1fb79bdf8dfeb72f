import { nameOf, type Page, useAnswer } from '../api.ts';
import { CardPage } from '../reports/card-page.tsx';
import { PrecedentsPage } from '../reports/precedents-page.tsx';
import { ReportList } from '../reports/report-list.tsx';
import { CARD, PRECEDENTS, type ReportListing } from '../reports/report-listing.ts';
import { ReportNav } from '../reports/report-nav.tsx';
import { ReportPage } from '../reports/report-page.tsx';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';

/** What follows from where the troops are: the reports, one by one, and what happened before of the kind. */
export function Consequences(props: ViewProps) {
  const answer = useAnswer<Page<ReportListing>>('/api/reports');
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading') return <Waiting what="Reading which reports there are" />;
  const reports = answer.value.items;
  const { report } = props.address;
  if (report === null) return <ReportList reports={reports} address={props.address} />;
  return (
    <>
      <ReportNav reports={reports} address={props.address} />
      <Chosen key={`${nameOf(props.roll)} ${report}`} report={report} reports={reports} {...props} />
    </>
  );
}

function Chosen({
  report,
  reports,
  ...props
}: ViewProps & { report: string; reports: readonly ReportListing[] }) {
  if (report === PRECEDENTS) return <PrecedentsPage />;
  if (!reports.some(({ name }) => name === report))
    return <p class="notice">There is no report {report}. Choose one above.</p>;
  return report === CARD ? <CardPage {...props} /> : <ReportPage report={report} {...props} />;
}
