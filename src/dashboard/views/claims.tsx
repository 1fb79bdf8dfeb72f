import { useMemo, useState } from 'preact/hooks';
import type { Claim } from '../../readmodels/claims.ts';
import type { SeriesPoint } from '../../readmodels/series.ts';
import { replaceAddress } from '../address.ts';
import { nameOf, type Page, useAnswer } from '../api.ts';
import { Chart, useTheme } from '../chart.tsx';
import {
  type ClaimSeries,
  countsAs,
  inLedger,
  MEASURE_NAMES,
  MEASURES,
  type Measure,
  seriesOf,
} from '../claim-series.ts';
import { drawClaims } from '../claims-chart.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { dayOf, daysTo, ledgerOn } from '../ledger.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { useSlow } from '../slow.ts';
import { Source } from '../source.tsx';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { day as dayText, estimate, number } from '../wording.ts';

/** Claims that one page holds. */
const MOST = 1_000;

/** What was published of casualties and strength, each series by itself, against what the ledger books. */
export function Claims({ roll, live, address }: ViewProps) {
  const name = nameOf(roll);
  const theme = useTheme();
  const [chosen, setChosen] = useState<Measure | null>(null);
  const seq = useSlow(live.distribution?.seq ?? null);
  const known = address.day === null ? '' : `&asKnown=${address.day}`;
  const path = (resource: string) => (seq === null ? null : `/api/rolls/${name}/${resource}${known}`);
  const answer = useAnswer<Page<Claim>>(path(`claims?limit=${MOST}`), seq);
  const days = useAnswer<Page<SeriesPoint>>(path(`series?points=${MOST}`), seq);
  const claims = answer.state === 'there' ? answer.value.items : [];
  const items = days.state === 'there' ? days.value.items : [];
  const latest = address.day ?? live.distribution?.time ?? null;
  const points = useMemo(() => daysTo(items, latest), [items, latest]);
  const series = useMemo(() => seriesOf(claims), [claims]);
  const offered = MEASURES.filter((one) => claims.some(({ measure }) => measure === one));
  const measure = offered.find((one) => one === chosen) ?? offered[0];
  const drawing = useMemo(
    () => (measure === undefined ? {} : drawClaims(measure, series, points, theme, {})),
    [measure, series, points, theme],
  );
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (days.state === 'failed') return <p class="notice">{days.message}</p>;
  if (answer.state === 'loading' || days.state === 'loading' || live.distribution === null)
    return <Waiting what="Reading what was published" />;
  const toDay = (day: string | null) => replaceAddress({ ...address, roll: name, day });
  return (
    <section class="card" aria-labelledby="claims">
      <div class="heading">
        <h2 id="claims">What was published, series by series</h2>
        {claims.length > 0 && (
          <Export
            roll={roll}
            distribution={live.distribution}
            what="Claims"
            rows={claims.map((claim) => rowOf(claim, points))}
            {...(measure !== undefined && {
              draw: (paper) => drawClaims(measure, series, points, paper, EXPORT_ROOM),
            })}
            {...(address.day !== null && { selection: `as known on ${address.day}` })}
          />
        )}
      </div>
      <p class="quiet" id="apart">
        <b>Series are never added up.</b> Two sources count the same dead, and most publish running totals, so
        a sum would count people twice. Each stands by itself, beside what the ledger books: the increments of
        the one series that the analyst adopted.
      </p>
      <div class="filters">
        <label>
          As known on
          <input
            type="date"
            value={address.day ?? ''}
            onChange={({ currentTarget: { value } }) => toDay(value === '' ? null : value)}
          />
        </label>
        <button type="button" disabled={address.day === null} onClick={() => toDay(null)}>
          As known now
        </button>
        {offered.length > 1 && (
          <label>
            Measure drawn
            <select
              value={measure}
              onChange={({ currentTarget: { value } }) =>
                setChosen(offered.find((one) => one === value) ?? null)
              }
            >
              {offered.map((one) => (
                <option key={one} value={one}>
                  {MEASURE_NAMES[one]}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {measure === undefined ? (
        <p class="notice" id="no-claims">
          {address.day === null
            ? 'No claim is in this log, which does not say that nothing was published. A casualty.claimed or strength.assessed event puts one here, and moves nobody.'
            : `No claim in this log was known on ${dayText(address.day)}.`}
        </p>
      ) : (
        <>
          <Chart
            drawing={drawing}
            height={24}
            label={`${MEASURE_NAMES[measure]}: each published series and the ledger; the numbers are in the table below`}
          />
          <Table series={series} points={points} />
          {answer.value.next !== null && (
            <p class="quiet">
              The first {number(MOST)} claims; the rest:{' '}
              {`/api/rolls/${name}/claims?after=${answer.value.next}`}
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** The ledger as it stood on the day of a claim. */
const ledgerAt = (claim: Claim, points: readonly SeriesPoint[]) =>
  ledgerOn(points, dayOf(Date.parse(claim.event.time)));

function rowOf(claim: Claim, points: readonly SeriesPoint[]) {
  const { series, measure, cumulative, value, event } = claim;
  const then = ledgerAt(claim, points);
  const { low, best, high } = value;
  const { time, observedtime, reporter, reporterkind, reliability, credibility, reporturl } = event;
  const counts = cumulative === null ? null : String(cumulative);
  return {
    ...{ series, time, observedtime, measure, cumulative: counts, low, best, high },
    ...{ reporter, reporterkind, reliability, credibility, reporturl, claim: event.claim },
    ledgerKilled: then?.killed ?? 0,
    ledgerMissing: then?.missing ?? 0,
    ledgerWounded: then?.wounded ?? 0,
    ledgerStrength: then === undefined ? 0 : inLedger('strength', then),
  };
}

interface TableProps {
  readonly series: readonly ClaimSeries[];
  readonly points: readonly SeriesPoint[];
}

function Table({ series, points }: TableProps) {
  return (
    <ScrollBox label="The claims">
      <table id="published">
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" class="number">
              Published
            </th>
            <th scope="col" class="number">
              Ledger: killed
            </th>
            <th scope="col" class="number">
              missing
            </th>
            <th scope="col" class="number">
              wounded
            </th>
            <th scope="col" class="number">
              on the roll
            </th>
            <th scope="col">Who said it</th>
          </tr>
        </thead>
        {series.map(({ name, claims }) => (
          <tbody key={name} data-series={name}>
            <tr>
              <th scope="rowgroup" colSpan={7}>
                {name}
              </th>
            </tr>
            {claims.map((claim) => (
              <Row key={claim.seq} claim={claim} then={ledgerAt(claim, points)} />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  );
}

function Row({ claim, then }: { readonly claim: Claim; readonly then: SeriesPoint | undefined }) {
  const { measure, value, event } = claim;
  return (
    <tr>
      <td class="whole">
        <time dateTime={event.time}>{dayText(event.time)}</time>
      </td>
      <td class="number whole">
        <b>{estimate(value)}</b>
        <br />
        <small>
          {MEASURE_NAMES[measure]}, {countsAs(claim)}
        </small>
      </td>
      <td class="number">{number(then?.killed ?? 0)}</td>
      <td class="number">{number(then?.missing ?? 0)}</td>
      <td class="number">{number(then?.wounded ?? 0)}</td>
      <td class="number">{number(then === undefined ? 0 : inLedger('strength', then))}</td>
      <td class="who">
        <Source event={event} />
        {event.reporterkind !== null && <span class="quiet">, {event.reporterkind.replace('-', ' ')}</span>}
        {event.note !== null && <p class="note">{event.note}</p>}
      </td>
    </tr>
  );
}
