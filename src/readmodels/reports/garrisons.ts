import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import { dayOf, daysAfter, wholeDays } from './calendar.ts';
import { only } from './evidence.ts';
import type { Row, RowBasis, Table } from './report.ts';
import { stayTable } from './stay-table.ts';
import { type Stay, Stays } from './stays.ts';

/** How an event announces that a garrison is there for good. */
const ANNOUNCED = 'permanent_footprint';

/** Garrisons by how long they stand in one place, and the first that does so for long beyond East Asia (S39). */
export class Garrisons {
  readonly #isEastAsia: (place: string) => boolean;
  readonly #stays = new Stays(({ value, context }) =>
    pathwayOf(value) === 'garrisoned' ? (context.area ?? '') : undefined,
  );
  readonly #announced: Partial<Record<RowBasis, Row>> = {};

  constructor(isEastAsia: (place: string) => boolean) {
    this.#isEastAsia = isEastAsia;
  }

  apply(transition: Transition): void {
    this.#stays.apply(transition);
    const { event, seq } = transition;
    if (event.type !== 'milestone.reached' || event.data.kind !== ANNOUNCED) return;
    const basis = basisOf(event);
    this.#announced[basis] ??= {
      basis,
      cells: {
        how: 'announced',
        date: dayOf(event.timeMs),
        contingent: event.subject,
        area: null,
        days: null,
      },
      events: only(seq),
    };
  }

  tables(untilMs: number, footprintDays: number): readonly Table[] {
    const stays = this.#stays.list(untilMs);
    const passed = new Map(stays.map((stay) => [stay, this.#passedMs(stay, footprintDays)]));
    return [
      {
        id: 'footprint',
        title: 'First lasting footprint beyond East Asia',
        about:
          `Derived: the garrison outside East Asia that was the first to stand in one area for ${footprintDays} days ` +
          '(a setting), and the day on which it had. Announced: the first milestone of the kind ' +
          `${ANNOUNCED}. One does not follow from the other.`,
        columns: [
          { id: 'how', title: 'How', kind: 'text' },
          { id: 'date', title: 'Date', kind: 'date' },
          { id: 'contingent', title: 'Contingent', kind: 'contingent' },
          { id: 'area', title: 'Area', kind: 'place' },
          { id: 'days', title: 'Days in place', kind: 'days' },
        ],
        rows: [
          ...firstRows(passed),
          ...[this.#announced.reported, this.#announced.hypothetical].filter((row) => row !== undefined),
        ],
        omitted: 0,
        chart: null,
      },
      stayTable(
        {
          id: 'garrisons',
          title: 'Garrisons',
          about:
            'How long each garrison has stood in one area, and the day on which it had stood there for ' +
            `${footprintDays} days, if it did and the area is not in East Asia.`,
        },
        stays,
        [
          { id: 'area', title: 'Area', kind: 'place' },
          { id: 'territory', title: 'Territory', kind: 'text' },
          { id: 'role', title: 'Role', kind: 'text' },
          { id: 'passed', title: `${footprintDays} days on`, kind: 'date' },
        ],
        ({ context: { area, territory, role } }, stay) => {
          const passedMs = passed.get(stay) ?? null;
          return { area, territory, role, passed: passedMs === null ? null : dayOf(passedMs) };
        },
      ),
    ];
  }

  /** When a garrison had stood for so many days; null if it did not, or stands in East Asia. */
  #passedMs({ sinceMs, untilMs, state }: Stay, footprintDays: number): number | null {
    const passedMs = daysAfter(sinceMs, footprintDays);
    if (passedMs > untilMs || this.#isEastAsia(state.context.area ?? '')) return null;
    return passedMs;
  }
}

/** The first garrison to pass, reported and hypothetical: a what-if's only if no reported one came before it. */
function firstRows(passed: ReadonlyMap<Stay, number | null>): Row[] {
  const inOrder = [...passed]
    .flatMap(([stay, passedMs]) => (passedMs === null ? [] : [{ stay, passedMs }]))
    .toSorted((a, b) => a.passedMs - b.passedMs);
  const [first] = inOrder;
  const reported = inOrder.find(({ stay }) => stay.basis === 'reported');
  if (first === undefined) return [];
  return (first === reported || reported === undefined ? [first] : [reported, first]).map(
    ({ stay, passedMs }) => ({
      basis: stay.basis,
      cells: {
        how: 'derived',
        date: dayOf(passedMs),
        contingent: stay.contingent,
        area: stay.state.context.area,
        days: wholeDays(stay.untilMs - stay.sinceMs),
      },
      events: stay.events,
    }),
  );
}
