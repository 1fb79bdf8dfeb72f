import { add } from '../../../events/estimate.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES } from './basis.ts';
import { dayOf, wholeDays } from './calendar.ts';
import { Evidence } from './evidence.ts';
import { NOTHING } from './range.ts';
import { type Column, latest, type Row, type Table } from './report.ts';
import { STAYED_ON, type Stay, Stays } from './stays.ts';

const COLUMNS: readonly Column[] = [
  { id: 'since', title: 'Since', kind: 'date' },
  { id: 'units', title: 'Unit freed', kind: 'text' },
  { id: 'heads', title: 'Strength', kind: 'persons' },
  { id: 'contingent', title: 'Garrison', kind: 'contingent' },
  { id: 'area', title: 'Where', kind: 'place' },
  { id: 'until', title: 'Until', kind: 'date' },
  { id: 'days', title: 'Days', kind: 'days' },
];

/** Russian troops that garrisons free for elsewhere (S29, S32). */
export class Freed {
  readonly #garrisons = new Stays(({ value }) =>
    pathwayOf(value) === 'garrisoned' ? 'garrisoned' : undefined,
  );

  apply(transition: Transition): void {
    this.#garrisons.apply(transition);
  }

  tables(untilMs: number): readonly Table[] {
    const freed = this.#garrisons.list(untilMs).flatMap((stay) => {
      const relief = reliefOf(stay);
      return relief === null ? [] : [{ stay, relief }];
    });
    return [
      {
        id: 'freed-now',
        title: 'Russian troops freed now',
        about:
          'The sum of the strengths freed by garrisons that still stand, as a range. The sum of a what-if is that of ' +
          'all its garrisons, those of the record with them.',
        columns: [
          { id: 'heads', title: 'Freed', kind: 'persons' },
          { id: 'garrisons', title: 'Garrisons', kind: 'contingents' },
        ],
        rows: BASES.flatMap((basis): Row[] => {
          const standing = freed.filter(({ stay }) => stay.basis === basis && stay.endedMs === null);
          if (!freed.some(({ stay }) => stay.basis === basis)) return [];
          const heads = standing.reduce((sum, { relief }) => add(sum, relief.strength), NOTHING);
          const evidence = new Evidence();
          for (const { stay } of standing) for (const seq of stay.events.seqs.slice(0, 1)) evidence.add(seq);
          return [{ basis, cells: { heads, garrisons: standing.length }, events: evidence.behind }];
        }),
        omitted: 0,
        chart: null,
      },
      {
        id: 'freed',
        title: 'Russian troops freed by garrisons',
        about:
          'Each unit that a garrison was said to relieve (contingent.garrisoned), since when, where, and for how many ' +
          'whole days. It lasts until that garrison leaves for another pathway, or is taken in by another contingent; ' +
          `without an end it stands. A part that leaves a garrison frees nobody by itself. ${STAYED_ON}`,
        columns: COLUMNS,
        ...latest(freed.map(freedRow)),
        chart: null,
      },
    ];
  }
}

type Relief = NonNullable<ReturnType<typeof reliefOf>>;

function freedRow({ stay, relief }: { readonly stay: Stay; readonly relief: Relief }): Row {
  const { contingent, basis, sinceMs, endedMs, untilMs, state, events } = stay;
  return {
    basis,
    cells: {
      since: dayOf(sinceMs),
      units: relief.units,
      heads: relief.strength,
      contingent,
      area: state.context.area,
      until: endedMs === null ? null : dayOf(endedMs),
      days: wholeDays(untilMs - sinceMs),
    },
    events,
  };
}

/** Whom a garrison relieved when it was stationed; null if nobody was named. */
function reliefOf({ begunBy }: Stay) {
  return begunBy.type === 'contingent.garrisoned' ? (begunBy.data.relieves ?? null) : null;
}
