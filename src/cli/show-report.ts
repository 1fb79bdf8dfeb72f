import Table from 'cli-table3';
import {
  type Cell,
  type Column,
  type ColumnKind,
  NO_EVENT,
  type Table as ReportTable,
  type Row,
} from '../readmodels/reports/report.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import { outColours as pc } from './colours.ts';
import { formatCount } from './numbers.ts';
import { printable } from './printable.ts';
import { wrapped } from './wrapped.ts';

const NO_RULES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((place) => [place, '']),
);

/** A report for people: each table that has something to say, with what it counts and how many events stand behind it. */
export function showReport(report: ReportDocument, title: string, columns: number): string {
  const told = report.tables.filter(({ rows }) => rows.length > 0);
  const untold = report.tables.filter(({ rows }) => rows.length === 0).map(({ title }) => title);
  const banner = report.isHypothetical ? `${pc.bold(pc.yellow('HYPOTHETICAL'))} ` : '';
  return [
    `${banner}${pc.bold(report.title)}: ${printable(title)}`,
    pc.dim(`${report.question} · up to ${report.until?.slice(0, 10) ?? 'nothing'} · ${report.seq} events`),
    ...told.flatMap((table) => ['', pc.bold(table.title), ...tableLines(table, columns)]),
    ...(untold.length === 0
      ? []
      : ['', ...wrapped(`No event in this log about: ${untold.join('; ')}.`, columns).map(pc.dim)]),
  ].join('\n');
}

function tableLines({ about, columns, rows, omitted }: ReportTable, width: number): string[] {
  const isMixed = rows.some(({ basis }) => basis === 'hypothetical');
  const table = new Table({
    head: ['', ...columns.map((column) => pc.dim(column.title)), pc.dim('events')],
    chars: { ...NO_RULES, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: ['left', ...columns.map(alignment), 'right'],
  });
  for (const row of rows) table.push(rowCells(row, columns, isMixed));
  return [
    ...(omitted === 0 ? [] : [pc.dim(`  ${formatCount(omitted)} earlier rows are left out`)]),
    ...table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    ...wrapped(about, width).map(pc.dim),
  ];
}

function rowCells({ basis, cells, events }: Row, columns: readonly Column[], isMixed: boolean): string[] {
  const mark = isMixed && basis === 'hypothetical' ? pc.yellow('what-if') : '';
  return [
    mark,
    ...columns.map(({ id, kind }) => cellText(cells[id] ?? null, kind)),
    events.count === 0 ? '' : formatCount(events.count),
  ];
}

function alignment({ kind }: Column): 'left' | 'right' {
  return isText(kind) ? 'left' : 'right';
}

function isText(kind: ColumnKind): boolean {
  return ['text', 'date', 'contingent', 'pathway', 'place'].includes(kind);
}

/** A cell in its unit; `unknown` for what cannot be told. */
function cellText(cell: Cell, kind: ColumnKind): string {
  if (cell === null) return pc.dim(kind === 'events' ? NO_EVENT : isText(kind) ? '–' : 'unknown');
  if (typeof cell === 'string') return printable(cell);
  if (typeof cell === 'number') return numberText(cell, kind);
  const { low, best, high } = cell;
  const bestText = best === null ? 'unknown' : numberText(best, kind);
  if (low === high && low === best) return bestText;
  const bound = (n: number | null) => (n === null ? '?' : numberText(n, kind));
  return `${bestText} ${pc.dim(`(${bound(low)}–${bound(high)})`)}`;
}

function numberText(n: number, kind: ColumnKind): string {
  if (kind === 'share') return `${(n * 100).toFixed(1)} %`;
  if (kind === 'per-1000-troop-months' || kind === 'ratio' || kind === 'persons-per-week')
    return n.toFixed(2);
  if (kind === 'quantity' && !Number.isInteger(n)) return String(Number(n.toPrecision(6)));
  return formatCount(Math.round(n));
}
