import type { MusterEvent } from '../../../events/event.ts';
import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { only } from './evidence.ts';
import { type Cell, type Column, MOST_ROWS, type Row, type Table } from './report.ts';

const DATE: Column = { id: 'date', title: 'Date', kind: 'date' };

const CLOSING: readonly Column[] = [
  { id: 'contingent', title: 'Contingent', kind: 'contingent' },
  { id: 'reporter', title: 'Said by', kind: 'text' },
  { id: 'rated', title: 'Rated', kind: 'text' },
  { id: 'note', title: 'Note', kind: 'text' },
];

/** What a table is called, and what it counts. */
export type Heading = Pick<Table, 'id' | 'title' | 'about'>;

/**
 * Events in the order in which they happened: when, what each says in columns of its own, whom it is about, who said
 * it, how far they are believed (the two Admiralty codes side by side), and the note. Keeps the latest.
 */
export class DatedEvents {
  readonly #own: readonly Column[];
  readonly #rows: Row[] = [];
  #omitted = 0;

  constructor(own: readonly Column[]) {
    this.#own = own;
  }

  /** Adds an event with the cells of its own columns. */
  add(transition: Transition, own: Readonly<Record<string, Cell>>): void {
    const { seq, event } = transition;
    this.#rows.push({
      basis: basisOf(event),
      cells: {
        date: dayOf(event.timeMs),
        ...own,
        contingent: concerned(transition),
        reporter: event.envelope.reporter ?? null,
        rated: ratingOf(event),
        note: event.envelope.note ?? null,
      },
      events: only(seq),
    });
    if (this.#rows.length <= MOST_ROWS) return;
    this.#rows.shift();
    this.#omitted += 1;
  }

  /** The rows in the order of time; if a column is named, by what it says first. */
  table(heading: Heading, by?: string): Table {
    const rows =
      by === undefined
        ? [...this.#rows]
        : this.#rows.toSorted((a, b) => byCodeUnit(String(a.cells[by]), String(b.cells[by])));
    return {
      ...heading,
      columns: [DATE, ...this.#own, ...CLOSING],
      rows,
      omitted: this.#omitted,
      chart: null,
    };
  }
}

/** The contingent that an event is about: the part that it moved, if it moved one; null for the whole roll. */
export function concerned({ event, moves }: Transition): string | null {
  if (event.scope !== 'contingent') return event.subject;
  return moves.at(-1)?.contingent ?? event.subject;
}

/** Names in one cell; null for none. */
export function listed(names: readonly string[] | undefined): string | null {
  return names === undefined || names.length === 0 ? null : names.join(', ');
}

/** The order of names by code unit. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function ratingOf({ envelope: { reliability, credibility, claim } }: MusterEvent): string | null {
  const code = `${reliability ?? ''}${credibility ?? ''}`;
  const said = claim === undefined || claim === 'fact' ? '' : claim;
  return [code, said].filter((word) => word !== '').join(' ') || null;
}
