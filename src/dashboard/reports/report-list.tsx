import { type Address, hrefOf } from '../address.ts';
import { PRECEDENTS, PRECEDENTS_TITLE, type ReportListing } from './report-listing.ts';

interface Props {
  readonly reports: readonly ReportListing[];
  readonly address: Address;
}

/** Every report with the question that it answers. */
export function ReportList({ reports, address }: Props) {
  const precedents = {
    name: PRECEDENTS,
    title: PRECEDENTS_TITLE,
    question:
      'What happened before of the kind, in numbers with their sources, and what could not be sourced?',
  };
  return (
    <section class="card" aria-labelledby="consequences">
      <h2 id="consequences">What follows from where the troops are</h2>
      <ul class="reports">
        {[...reports, precedents].map(({ name, title, question }) => (
          <li key={name}>
            <h3>
              <a href={hrefOf({ ...address, report: name })}>{title}</a>
            </h3>
            <p>{question}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
