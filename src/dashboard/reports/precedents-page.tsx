import type { Citation, Figure, Missing } from '../../../events/reference/citation.ts';
import type { Precedent } from '../../../events/reference/precedents.ts';
import type { Reference } from '../../../events/reference/reference.ts';
import { useAnswer } from '../api.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { Waiting } from '../waiting.tsx';
import { day, number } from '../wording.ts';
import { PRECEDENTS_TITLE } from './report-listing.ts';

type Sources = Reference['sources'];

const UNITS: Readonly<Record<Figure['unit'], string>> = {
  'usd-per-head-month': 'USD per head and month',
  'usd-per-month': 'USD a month',
  'usd-per-year': 'USD a year',
  usd: 'USD',
  persons: 'persons',
  hours: 'hours',
  countries: 'countries',
  share: '',
};

/** What happened before of the kind, with what is known of it in numbers; and what could not be sourced. */
export function PrecedentsPage() {
  const answer = useAnswer<Reference>('/api/reference');
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading') return <Waiting what="Reading the precedents" />;
  const { precedents, benchmarks, sources } = answer.value;
  return (
    <>
      <section class="card" aria-labelledby="report">
        <h2 id="report">{PRECEDENTS_TITLE}</h2>
        <p>
          What happened before of the kind, from public sources. None of it enters a roll: it stands beside
          the reports.
        </p>
      </section>
      {precedents.precedents.map((precedent) => (
        <PrecedentCard key={precedent.id} precedent={precedent} sources={sources} />
      ))}
      <section class="card" aria-labelledby="missing-figures">
        <h2 id="missing-figures">What could not be sourced</h2>
        <p class="quiet">
          Looked for and not found in a text that could be read, so that it is left out, of the precedents and
          of the incomes that the Money report compares with.
        </p>
        <dl class="silent">
          {[...precedents.missing, ...benchmarks.missing].map((missing) => (
            <Absent key={missing.id} missing={missing} />
          ))}
        </dl>
      </section>
    </>
  );
}

function Absent({ missing: { what, lookedFor } }: { readonly missing: Missing }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd class="quiet">{lookedFor}</dd>
    </div>
  );
}

interface CardProps {
  readonly precedent: Precedent;
  readonly sources: Sources;
}

function PrecedentCard({ precedent, sources }: CardProps) {
  const { id, name, what, statements, citations, figures } = precedent;
  return (
    <section class="card precedent" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <p>{what}</p>
      <p class="quiet">
        {statements.length === 1 ? 'Statement' : 'Statements'} {statements.join(', ')}
      </p>
      {citations.length > 0 && <Citations citations={citations} sources={sources} />}
      <ScrollBox label={`Figures of ${name}`} isFramed>
        <table class="report">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col" class="number">
                Best (low–high)
              </th>
              <th scope="col">Period</th>
              <th scope="col">Sources</th>
            </tr>
          </thead>
          {figures.map((figure) => (
            <FigureRow key={figure.id} figure={figure} sources={sources} />
          ))}
        </table>
      </ScrollBox>
    </section>
  );
}

function FigureRow({ figure, sources }: { readonly figure: Figure; readonly sources: Sources }) {
  const { what, unit, bestIs, period, citations, caveat } = figure;
  return (
    <tbody>
      <tr>
        <th scope="row" class="long-text">
          {what}
          {caveat !== undefined && <p class="note">{caveat}</p>}
        </th>
        <td class="number">
          {valueText(figure)}
          <small>
            {UNITS[unit]}
            {bestIs === 'middle' && ' the middle of the range'}
          </small>
        </td>
        <td>{periodText(period)}</td>
        <td class="long-text">
          <Citations citations={citations} sources={sources} />
        </td>
      </tr>
    </tbody>
  );
}

function Citations({
  citations,
  sources,
}: {
  readonly citations: readonly Citation[];
  readonly sources: Sources;
}) {
  return (
    <ul class="citations">
      {citations.map(({ source: id, quote }) => {
        const source = sources[id];
        return (
          <li key={`${id} ${quote}`}>
            <q>{quote}</q>{' '}
            {source !== undefined && (
              <a href={source.url} rel="noreferrer noopener" target="_blank">
                {source.title}, {source.publisher}, {dateText(source.published)}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function valueText({ unit, low, best, high }: Figure): string {
  const text = (n: number) => (unit === 'share' ? `${number(n * 100)}%` : number(n));
  return low === best && best === high ? text(best) : `${text(best)} (${text(low)}–${text(high)})`;
}

const periodText = ({ from, to }: Figure['period']): string =>
  from === to ? dateText(from) : `${dateText(from)} to ${dateText(to)}`;

/** A day as everywhere; a month, a year or `undated` as it is. */
const dateText = (date: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? day(date) : date);
