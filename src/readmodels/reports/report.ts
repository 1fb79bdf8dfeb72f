import type { Transition } from '../../roll/outcome.ts';
import type { Range } from './range.ts';
import type { Roster } from './roster.ts';

/** What a number in a report counts. */
export const UNITS = [
  'persons',
  'contingents',
  'events',
  'days',
  'troop-months',
  'per-1000-troop-months',
  'persons-per-week',
  'usd',
  'usd-per-head-month',
  'share',
  'ratio',
  'rating',
  'quantity',
] as const;

/** What a cell that is no number says. */
export const TEXT_KINDS = ['text', 'date', 'contingent', 'pathway', 'place'] as const;

export type ColumnKind = (typeof UNITS)[number] | (typeof TEXT_KINDS)[number];

/**
 * A value in a report: a number or a range of its column's unit, or words. null is unknown: never 0, and never what a
 * division by nothing gives.
 */
export type Cell = string | number | Range | null;

/**
 * What a cell says where no event of its kind is in the log: nobody told anything, and that is not known to be zero.
 * A number of events is null then, and these are the words for it.
 */
export const NO_EVENT = 'no event of this kind';

export interface Column {
  readonly id: string;
  readonly title: string;
  readonly kind: ColumnKind;
}

/** The events behind a row. */
export interface Behind {
  readonly count: number;
  /** Their places in the log, the latest ones where they are many. */
  readonly seqs: readonly number[];
}

/** Whether what-if events made a row. Both kinds never meet in one figure. */
export type RowBasis = 'reported' | 'hypothetical';

export interface Row {
  readonly basis: RowBasis;
  /** By column id; every column is there. */
  readonly cells: Readonly<Record<string, Cell>>;
  readonly events: Behind;
}

/** How a table is drawn: its columns by id. */
export interface Chart {
  readonly kind: 'bar' | 'line';
  readonly category: string;
  readonly values: readonly string[];
}

export interface Table {
  readonly id: string;
  readonly title: string;
  /** What is counted and how, in words: the formula and its inputs, if there is one. */
  readonly about: string;
  readonly columns: readonly Column[];
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  /** Rows that were left out at the start because they are too many. */
  readonly omitted: number;
  readonly chart: Chart | null;
}

/** When a report is made, and what its reader has set. */
export interface Moment {
  /** Up to when time has passed for what lasts: the day asked for, else the latest accepted fact. */
  readonly untilMs: number;
  readonly settings: Settings;
}

/** What a reader can change. */
export interface Settings {
  /** Days in place from which on a garrison counts as a footprint (S39). */
  readonly footprintDays: number;
}

export const DEFAULT_SETTINGS: Settings = { footprintDays: 180 };

/**
 * A read model that answers one question about what follows from where the troops are. Folded in the order of time;
 * it grows with what it shows, not with the log.
 */
export interface ReportModel {
  /** Takes the next transition; `roster` is as it was before. */
  apply(transition: Transition, roster: Roster): void;
  /** The answer as tables; nothing changes. */
  tables(moment: Moment, roster: Roster): readonly Table[];
}

/** At most so many rows of dated events stand in a table: the latest. */
export const MOST_ROWS = 1_000;

/** A table of dated events, cut to the latest. */
export function latest(rows: readonly Row[]): Pick<Table, 'rows' | 'omitted'> {
  const omitted = Math.max(0, rows.length - MOST_ROWS);
  return { rows: rows.slice(omitted), omitted };
}
