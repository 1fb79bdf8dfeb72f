import {
  type Cell,
  type Column,
  type ColumnKind,
  NO_EVENT,
  type Row,
} from '../../readmodels/reports/report.ts';
import { PATHWAY_NAMES, PATHWAYS } from '../pathways.ts';
import { day, number } from '../wording.ts';

const UNITS: Readonly<Record<ColumnKind, string | null>> = {
  persons: 'persons',
  contingents: 'contingents',
  events: 'events',
  days: 'days',
  'troop-months': 'troop-months',
  'per-1000-troop-months': 'per 1,000 troop-months',
  'persons-per-week': 'persons a week',
  usd: 'USD',
  'usd-per-head-month': 'USD per head and month',
  rating: '0 to 3',
  share: null,
  ratio: null,
  quantity: null,
  text: null,
  date: null,
  contingent: null,
  pathway: null,
  place: null,
};

/** What a column counts in; null where it is words, its cells say it, or its title does. */
export function unitOf({ kind, title }: Column): string | null {
  const unit = UNITS[kind];
  if (unit === null) return null;
  const said = new Set(title.toLowerCase().split(/[\s,:]+/));
  return unit.split(' ').every((word) => said.has(word.toLowerCase())) ? null : unit;
}

/** The title of a column by which it is told from the others: one that stands twice goes with the column before it. */
export function fullTitle(columns: readonly Column[], column: Column): string {
  const isAlone = columns.filter(({ title }) => title === column.title).length === 1;
  const before = columns[columns.indexOf(column) - 1];
  return isAlone || before === undefined ? column.title : `${before.title} ${column.title}`;
}

/** Whether the cells of a column are words. */
export function isWords(kind: ColumnKind): boolean {
  switch (kind) {
    case 'text':
    case 'date':
    case 'contingent':
    case 'pathway':
    case 'place':
      return true;
    default:
      return false;
  }
}

/** A cell for people: a number with its range, `unknown` for one that cannot be told, – for words that were not said. */
export function cellText(cell: Cell, kind: ColumnKind): string {
  if (cell === null) return unsaid(kind);
  if (typeof cell === 'string') return wordsOf(cell, kind);
  if (typeof cell === 'number') return numberText(cell, kind);
  const { low, best, high } = cell;
  const text = (n: number | null) => (n === null ? null : numberText(n, kind));
  const range = rangeText(text(low), text(best), text(high));
  return range === null ? (text(best) ?? 'unknown') : `${text(best) ?? 'unknown'} (${range})`;
}

/** What there is for a cell that has nothing. */
function unsaid(kind: ColumnKind): string {
  if (kind === 'events') return NO_EVENT;
  return isWords(kind) ? '–' : 'unknown';
}

/** The ends of a range as far as they are known; null where they say no more than the best estimate. */
function rangeText(low: string | null, best: string | null, high: string | null): string | null {
  if (low === null) return high === null ? null : `at most ${high}`;
  if (high === null) return `at least ${low}`;
  return low === best && high === best ? null : `${low}–${high}`;
}

/** The cell of a column. */
export const cellOf = ({ cells }: Row, { id }: Column): Cell => cells[id] ?? null;

/** The best estimate of a cell; null for words and for what is unknown. */
export function bestOf(cell: Cell): number | null {
  if (typeof cell === 'string' || cell === null) return null;
  return typeof cell === 'number' ? cell : cell.best;
}

/** The name of a pathway; any other word as it is. */
export const pathwayName = (word: string): string => {
  const pathway = PATHWAYS.find((one) => one === word);
  return pathway === undefined ? word : PATHWAY_NAMES[pathway];
};

function wordsOf(words: string, kind: ColumnKind): string {
  if (kind === 'pathway') return pathwayName(words);
  return kind === 'date' ? day(words) : words;
}

const hundredths = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function numberText(n: number, kind: ColumnKind): string {
  switch (kind) {
    case 'share':
      return `${tenths.format(n * 100)}%`;
    case 'per-1000-troop-months':
    case 'persons-per-week':
    case 'ratio':
      if (n === 0) return '0';
      return n < 0.005 ? 'under 0.01' : hundredths.format(n);
    case 'quantity':
      return number(n);
    default:
      return number(Math.round(n));
  }
}
