import { useMemo } from 'preact/hooks';
import type { Table } from '../../readmodels/reports/report.ts';
import { Chart, useTheme } from '../chart.tsx';
import { EXPORT_ROOM, Export } from '../export.tsx';
import type { Subject } from '../export-file.ts';
import { rowsOf } from './report-rows.ts';
import { ReportTable } from './report-table.tsx';
import { drawnOf, drawRows, heightOf } from './table-drawing.ts';

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly table: Table;
  readonly isMarked: boolean;
  readonly subject: Subject;
}

/** A table of a report with its drawing, what it counts in words, and its export. */
export function TableCard({ roll, table, isMarked, subject }: Props) {
  const theme = useTheme();
  const drawn = useMemo(() => drawnOf(table), [table]);
  const drawing = useMemo(() => (drawn === null ? null : drawRows(drawn, theme, {})), [drawn, theme]);
  const heading = `table-${table.id}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <div class="heading">
        <h2 id={heading}>{table.title}</h2>
        <Export
          {...subject}
          rows={rowsOf(table)}
          {...(drawn !== null && { draw: (paper) => drawRows(drawn, paper, EXPORT_ROOM) })}
        />
      </div>
      {drawn !== null && drawing !== null && (
        <Chart
          drawing={drawing}
          height={heightOf(drawn)}
          label={`${table.title}: ${drawn.values.map(({ title }) => title).join(', ')}; the numbers are in the table below`}
        />
      )}
      <ReportTable roll={roll} table={table} isMarked={isMarked} />
      <p class="quiet about">{table.about}</p>
    </section>
  );
}
