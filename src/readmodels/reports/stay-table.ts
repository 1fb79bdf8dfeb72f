import type { ContingentState } from '../../roll/outcome.ts';
import { dayOf, wholeDays } from './calendar.ts';
import type { Heading } from './dated-events.ts';
import { type Cell, type Column, latest, type Table } from './report.ts';
import { STAYED_ON, type Stay } from './stays.ts';

const RULE =
  'Heads as it stands there, or as it last stood; days are whole days, and without an end it still stands. A part that ' +
  `left a contingent has been there since that came. ${STAYED_ON}`;

/** Stays as a table: who, how many, from when until when, and what else a stay tells in columns of its own. */
export function stayTable(
  { about, ...heading }: Heading,
  stays: readonly Stay[],
  own: readonly Column[],
  ownCells: (state: ContingentState, stay: Stay) => Readonly<Record<string, Cell>>,
): Table {
  const rows = stays.map((stay) => {
    const { contingent, basis, sinceMs, endedMs, untilMs, state, events } = stay;
    const cells = {
      contingent,
      heads: state.context.strength,
      ...ownCells(state, stay),
      since: dayOf(sinceMs),
      until: endedMs === null ? null : dayOf(endedMs),
      days: wholeDays(untilMs - sinceMs),
    };
    return { basis, cells, events };
  });
  return {
    ...heading,
    about: `${about} ${RULE}`,
    columns: [
      { id: 'contingent', title: 'Contingent', kind: 'contingent' },
      { id: 'heads', title: 'Heads', kind: 'persons' },
      ...own,
      { id: 'since', title: 'Since', kind: 'date' },
      { id: 'until', title: 'Until', kind: 'date' },
      { id: 'days', title: 'Days', kind: 'days' },
    ],
    ...latest(rows),
    chart: null,
  };
}
