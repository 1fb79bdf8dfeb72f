import { add, type Estimate, NOBODY } from '../../../events/estimate.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf } from './basis.ts';
import { entry } from './entry.ts';
import { Evidence } from './evidence.ts';
import { weekName, weekNumber } from './iso-week.ts';
import { times } from './range.ts';
import { latest, type RowBasis, type Table } from './report.ts';

/** From where one sets off for home; a captive is exchanged, a runaway is caught. */
const LEAVING: ReadonlySet<Pathway | null> = new Set([
  'deployed',
  'war-ended',
  'garrisoned',
  'integrated',
  'pmc-transferred',
]);

class Departures {
  readonly basis: RowBasis;
  readonly firstWeek: number;
  lastWeek: number;
  persons: Estimate = NOBODY;
  contingents = 0;
  readonly evidence = new Evidence();

  constructor(basis: RowBasis, week: number) {
    this.basis = basis;
    this.firstWeek = week;
    this.lastWeek = week;
  }

  add(week: number, persons: Estimate, seq: number): void {
    this.lastWeek = week;
    this.persons = add(this.persons, persons);
    this.contingents += 1;
    this.evidence.add(seq);
  }
}

/** Who set off for home, by the week. */
export class Returns {
  /** By basis and week, in the order of time. */
  readonly #weeks = new Map<string, Departures>();
  readonly #whole = new Map<RowBasis, Departures>();

  apply({ seq, event, moves }: Transition): void {
    for (const { before, after } of moves) {
      if (before === null || !LEAVING.has(pathwayOf(before.value))) continue;
      if (pathwayOf(after.value) !== 'repatriated') continue;
      const basis = basisOf(event);
      const week = weekNumber(event.timeMs);
      for (const departures of [
        entry(this.#weeks, `${basis} ${week}`, () => new Departures(basis, week)),
        entry(this.#whole, basis, () => new Departures(basis, week)),
      ]) {
        departures.add(week, after.context.strength, seq);
      }
    }
  }

  /** The weeks in which somebody set off. */
  weeks(): Table {
    return {
      id: 'weeks',
      title: 'Setting off for home, by week',
      about:
        'Persons who set off for home in a week (ISO 8601, Monday to Sunday, UTC) from the front, from waiting, from a ' +
        'garrison, from a host unit or from a company. Captives who were exchanged and runaways who were caught are not ' +
        'counted. Weeks without any are left out.',
      columns: [
        { id: 'week', title: 'Week', kind: 'text' },
        { id: 'persons', title: 'Set off', kind: 'persons' },
        { id: 'contingents', title: 'Contingents', kind: 'contingents' },
      ],
      ...latest(
        [...this.#weeks.values()].map(({ basis, firstWeek, persons, contingents, evidence }) => ({
          basis,
          cells: { week: weekName(firstWeek), persons, contingents },
          events: evidence.behind,
        })),
      ),
      chart: { kind: 'bar', category: 'week', values: ['persons'] },
    };
  }

  /** How fast they went home on the whole. */
  rate(): Table {
    return {
      id: 'return-rate',
      title: 'Return rate',
      about:
        'Persons who set off for home ÷ the weeks from the first week in which somebody did to the last one, both ' +
        'counted.',
      columns: [
        { id: 'first', title: 'First week', kind: 'text' },
        { id: 'last', title: 'Last week', kind: 'text' },
        { id: 'persons', title: 'Set off', kind: 'persons' },
        { id: 'perWeek', title: 'Per week', kind: 'persons-per-week' },
      ],
      rows: BASES.flatMap((basis) => {
        const whole = this.#whole.get(basis);
        if (whole === undefined) return [];
        const { firstWeek, lastWeek, persons, evidence } = whole;
        return [
          {
            basis,
            cells: {
              first: weekName(firstWeek),
              last: weekName(lastWeek),
              persons,
              perWeek: times(persons, 1 / (lastWeek - firstWeek + 1)),
            },
            events: evidence.behind,
          },
        ];
      }),
      omitted: 0,
      chart: null,
    };
  }
}
