import { type Column, NO_EVENT, type Row } from '../../readmodels/reports/report.ts';
import type { ReportDocument } from '../../readmodels/reports/reports.ts';
import type { RollSummary } from '../api.ts';
import type { Rows } from '../export-file.ts';
import { PATHWAYS } from '../pathways.ts';
import { basisWords } from '../wording.ts';
import { bestOf, cellOf, cellText, isWords, pathwayName } from './cell-text.ts';
import { rowsOf } from './report-rows.ts';

/** The tables of the card, and the columns in them that it treats as its own. */
const BY_PATHWAY = 'pathways';
const WHOLE_ROLL = 'roll';
const HEADS = 'heads';
const NEXT = 'next';
const CONTINGENTS = 'contingents';

/** The card of one timeline. */
export interface TimelineCard {
  readonly roll: RollSummary;
  readonly report: ReportDocument;
}

/** A row of one timeline's card. */
export interface Line {
  readonly roll: RollSummary;
  readonly row: Row;
}

/** What the timelines say of one pathway, or of the roll as a whole. */
export interface Group {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** A column of the side by side: one of the card's, or two that are read together. */
export interface CardColumn {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly isWords: boolean;
}

/** Columns that are read together, in the order of their title. */
const TOGETHER = [
  { title: 'Compensation delivered / withheld', ids: ['delivered', 'withheld'] },
  { title: 'Deniable by KP / RU', ids: ['KP', 'RU'] },
] as const;

/** Cards side by side: their columns but for the count of contingents, and their rows by pathway. */
export interface SideBySide {
  readonly columns: readonly CardColumn[];
  readonly groups: readonly Group[];
}

/**
 * Puts cards side by side. What is reported of a what-if is its base's past: where the base stands beside it, rows of
 * its own that nobody stands in are left to the base.
 */
export function sideBySide(cards: readonly TimelineCard[]): SideBySide {
  const shown = new Set(cards.map(({ roll }) => roll.timeline));
  const linesOf = (table: string, isWanted: (row: Row) => boolean) =>
    cards.flatMap(({ roll, report }): Line[] => {
      const isOwn = ({ basis, cells }: Row) =>
        roll.base === null ||
        !shown.has(roll.base.timeline) ||
        basis === 'hypothetical' ||
        (bestOf(cells[CONTINGENTS] ?? null) ?? 0) > 0;
      const rows = report.tables.find(({ id }) => id === table)?.rows ?? [];
      return rows.filter((row) => isWanted(row) && isOwn(row)).map((row) => ({ roll, row }));
    });
  const groups = [
    ...PATHWAYS.map((pathway) => ({
      title: pathwayName(pathway),
      lines: linesOf(BY_PATHWAY, ({ cells }) => cells['pathway'] === pathway),
    })),
    { title: 'No contingent named', lines: linesOf(WHOLE_ROLL, () => true) },
  ];
  const columns = cards[0]?.report.tables.find(({ id }) => id === BY_PATHWAY)?.columns ?? [];
  return {
    columns: together(columns.filter(({ id, kind }) => kind !== 'pathway' && id !== CONTINGENTS)),
    groups: groups.filter(({ lines }) => lines.length > 0),
  };
}

/** What a line says in a column; empty where its row has no such column. */
export function cardText(line: Line, { columns }: CardColumn): string {
  const texts = columns.filter(({ id }) => id in line.row.cells).map((column) => textOf(line, column));
  return new Set(texts).size === 1 ? (texts[0] ?? '') : texts.join(' / ');
}

/** Whether a line says something else than the first of its group. */
export function isDifferent({ lines }: Group, line: Line, column: CardColumn): boolean {
  const [first] = lines;
  return first !== undefined && first !== line && cardText(first, column) !== cardText(line, column);
}

/** How many more or fewer stand there than in the first line of the group; null for the first, and other columns. */
export function moreThanFirst({ lines }: Group, line: Line, { columns }: CardColumn): number | null {
  const [first] = lines;
  if (columns[0]?.id !== HEADS || first === undefined || first === line) return null;
  const heads = ({ row }: Line) => bestOf(row.cells[HEADS] ?? null);
  const [own, others] = [heads(line), heads(first)];
  return own === null || others === null ? null : own - others;
}

/** Whether there is nothing to look at: none, or not known. */
export const isFaint = ({ row }: Line, { columns }: CardColumn): boolean =>
  columns.every((column) => {
    const cell = cellOf(row, column);
    return cell === null || cell === NO_EVENT || bestOf(cell) === 0;
  });

/** The cards as lines of data, each with its timeline. */
export function cardRows(cards: readonly TimelineCard[]): Rows {
  const tables = cards.flatMap(({ report }) => report.tables);
  const alike = (id: string) => tables.filter((table) => table.id === id).flatMap(({ rows }) => rows);
  return cards.flatMap(({ roll, report }) =>
    report.tables.flatMap((table) =>
      rowsOf(table, alike(table.id)).map((row) => ({
        basis: basisWords(roll)?.mark ?? 'REPORTED',
        timeline: roll.timeline,
        seq: report.seq,
        asOf: report.until?.slice(0, 10) ?? null,
        table: table.id,
        ...row,
      })),
    ),
  );
}

function together(columns: readonly Column[]): readonly CardColumn[] {
  return columns.flatMap((column): CardColumn[] => {
    const pair = TOGETHER.find(({ ids }) => ids.some((id) => id === column.id));
    const own =
      pair === undefined ? [column] : columns.filter(({ id }) => pair.ids.some((one) => one === id));
    if (own[0] !== column) return [];
    return [{ title: pair?.title ?? column.title, columns: own, isWords: isWords(column.kind) }];
  });
}

function textOf({ row }: Line, column: Column): string {
  const cell = cellOf(row, column);
  // The whole words would not leave the card on one page; what it says below has them.
  if (cell === NO_EVENT || (cell === null && column.kind === 'events')) return 'no event';
  if (column.id === NEXT && typeof cell === 'string') return cell.split(', ').map(pathwayName).join(', ');
  return cellText(cell, column.kind);
}
