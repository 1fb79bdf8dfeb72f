import { type Address, hrefOf } from '../address.ts';
import { PRECEDENTS, PRECEDENTS_TITLE, type ReportListing } from './report-listing.ts';

interface Props {
  readonly reports: readonly ReportListing[];
  readonly address: Address;
}

/** From one report to another, at the same moment. */
export function ReportNav({ reports, address }: Props) {
  const pages = [
    { name: null, title: 'All reports' },
    ...reports,
    { name: PRECEDENTS, title: PRECEDENTS_TITLE },
  ];
  return (
    <nav class="report-nav" aria-label="Reports">
      {pages.map(({ name, title }) => (
        <a
          key={title}
          href={hrefOf({ ...address, report: name })}
          aria-current={name === address.report ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
