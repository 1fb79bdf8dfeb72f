import type { Table } from '../../readmodels/reports/report.ts';
import type { ReportDocument } from '../../readmodels/reports/reports.ts';
import { nameOf, type RollSummary, rollIn, useAnswer } from '../api.ts';
import { Export } from '../export.tsx';
import { useSlow } from '../slow.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { number } from '../wording.ts';
import { MomentPicker } from './moment.tsx';
import { momentText, reportPath } from './report-path.ts';
import { allRowsOf } from './report-rows.ts';
import { TableCard } from './table-card.tsx';

/** The report that asks from how many days on a stay is a footprint. */
const WITH_FOOTPRINT = 'footprint';

interface Props extends ViewProps {
  readonly report: string;
}

/** Any report: its tables with their drawings, up to any day and as it was known on any day. */
export function ReportPage({ report, roll, live, address }: Props) {
  const name = nameOf(roll);
  const seq = useSlow(live.distribution?.seq ?? null);
  const answer = useAnswer<ReportDocument>(seq === null ? null : reportPath(name, report, address), seq);
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading') return <Waiting what="Making the report" />;
  const made = answer.value;
  const told = made.tables.filter(({ rows }) => rows.length > 0);
  const silent = made.tables.filter(({ rows }) => rows.length === 0);
  const moment = momentText(made, address);
  const subject = { roll, moment, report: made };
  return (
    <>
      <section class="card" aria-labelledby="report">
        <div class="heading">
          <h2 id="report">{made.title}</h2>
          <Export {...exported(subject)} rows={allRowsOf(told)} />
        </div>
        <p>{made.question}</p>
        <MomentPicker
          address={address}
          footprintDays={report === WITH_FOOTPRINT ? made.settings.footprintDays : null}
        />
        <p class="quiet" id="moment" role="status">
          {moment}, entry {number(made.seq)}. <i>unknown</i>: cannot be told from what is on the roll; –: not
          said.
          {made.isHypothetical &&
            ' Rows marked what-if rest on supposed events, those marked reported on reported ones alone.'}
        </p>
      </section>
      {told.map((table) => (
        <TableCard
          key={table.id}
          roll={name}
          table={table}
          isMarked={made.isHypothetical}
          subject={exported(subject, table)}
        />
      ))}
      {silent.length > 0 && <Silent tables={silent} />}
    </>
  );
}

/** What an export says of itself; of one table, or of the whole report. */
function exported(
  { roll, moment, report }: { roll: RollSummary; moment: string; report: ReportDocument },
  table?: Table,
) {
  return {
    roll: rollIn(roll, report),
    distribution: { time: report.until, seq: report.seq, machineVersion: report.machineVersion },
    what: table === undefined ? report.title : `${report.title}, ${table.title}`,
    selection: moment,
  };
}

function Silent({ tables }: { readonly tables: readonly Table[] }) {
  return (
    <section class="card" aria-labelledby="silent">
      <h2 id="silent">No event in this log about</h2>
      <dl class="silent">
        {tables.map(({ id, title, about }) => (
          <div key={id} data-table={id}>
            <dt>{title}</dt>
            <dd class="quiet">{about}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
