import { useState } from 'preact/hooks';
import type { Column, Row, Table } from '../../readmodels/reports/report.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { events as eventsText, number } from '../wording.ts';
import { CellWords, ColumnHead, lookOf } from './cell.tsx';
import { cellOf, cellText } from './cell-text.ts';
import { EventsBehind } from './events-behind.tsx';
import { BASIS_WORDS } from './row-basis.ts';

/** Rows shown before somebody asks for all. */
const FIRST = 100;

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly table: Table;
  /** Whether rows of both bases may stand in it, so that each says which it is. */
  readonly isMarked: boolean;
}

/** Any table of any report; the events behind a row open under it. */
export function ReportTable({ roll, table: { id, title, columns, rows, omitted }, isMarked }: Props) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, FIRST);
  return (
    <>
      <ScrollBox label={`Rows of ${title}`} isFramed>
        <table class="report" data-table={id}>
          <thead>
            <tr>
              {columns.map((column) => (
                <ColumnHead key={column.id} column={column} />
              ))}
            </tr>
          </thead>
          {shown.map((row, place) => (
            <Body key={place} roll={roll} columns={columns} row={row} isMarked={isMarked} />
          ))}
        </table>
      </ScrollBox>
      {shown.length < rows.length && (
        <button type="button" class="alone" onClick={() => setWhole(true)}>
          Show all {number(rows.length)} rows
        </button>
      )}
      {omitted > 0 && <p class="quiet">{number(omitted)} earlier rows are left out.</p>}
    </>
  );
}

interface RowProps {
  readonly roll: string;
  readonly columns: readonly Column[];
  readonly row: Row;
  readonly isMarked: boolean;
}

/** A row, and under it the events behind it when they are asked for. */
function Body({ roll, columns, row, isMarked }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const [first, ...others] = columns;
  if (first === undefined) return null;
  const name = cellText(cellOf(row, first), first.kind);
  const { count } = row.events;
  return (
    <tbody>
      <tr data-basis={row.basis}>
        <th scope="row">
          <CellWords roll={roll} column={first} cell={cellOf(row, first)} />
          <span class="row-tools">
            {isMarked && <span class="mark">{BASIS_WORDS[row.basis]}</span>}
            {count > 0 && (
              <button
                type="button"
                class="small"
                aria-expanded={isOpen}
                aria-label={`${eventsText(count)} behind ${name}, ${BASIS_WORDS[row.basis]}`}
                onClick={() => setOpen(!isOpen)}
              >
                {eventsText(count)}
              </button>
            )}
          </span>
        </th>
        {others.map((column) => (
          <td key={column.id} class={lookOf(cellOf(row, column), column.kind)}>
            <CellWords roll={roll} column={column} cell={cellOf(row, column)} />
          </td>
        ))}
      </tr>
      {isOpen && (
        <tr class="opened">
          <td colSpan={columns.length}>
            <div>
              <EventsBehind roll={roll} events={row.events} />
            </div>
          </td>
        </tr>
      )}
    </tbody>
  );
}
