import type { Cell, Column, ColumnKind } from '../../readmodels/reports/report.ts';
import { hrefOf } from '../address.ts';
import { cellText, isWords, unitOf } from './cell-text.ts';

/** Text from which on a cell gets room for several words on a line. */
const LONG = 24;

/** `Study of builders' pay (2017-07-28), https://example.org/study` */
const CITED = /^(.+), (https?:\/\/\S+)$/;

/** The title of a column, and what it counts in. */
export function ColumnHead({ column }: { readonly column: Column }) {
  const unit = unitOf(column);
  return (
    <th scope="col" class={isWords(column.kind) ? undefined : 'number'}>
      {column.title}
      {unit !== null && <small>{unit}</small>}
    </th>
  );
}

/** How a cell is set: numbers to the right, long words with room for them. */
export function lookOf(cell: Cell, kind: ColumnKind): string | undefined {
  if (!isWords(kind)) return 'number';
  return cellText(cell, kind).length > LONG ? 'long-text' : undefined;
}

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly column: Column;
  readonly cell: Cell;
}

/** What a cell says; a contingent leads to its history, a citation to its source. */
export function CellWords({ roll, column, cell }: Props) {
  const text = cellText(cell, column.kind);
  if (column.kind === 'contingent' && typeof cell === 'string')
    return <a href={hrefOf({ roll, view: 'contingents', contingent: cell, day: null })}>{text}</a>;
  const [, title, href] = column.kind === 'text' ? (CITED.exec(text) ?? []) : [];
  if (title === undefined || href === undefined) return <>{text}</>;
  return (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {title}
    </a>
  );
}
