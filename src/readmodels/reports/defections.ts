import type { DataOf } from '../../../events/catalogue.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import type { Divide } from './basis.ts';
import { Carried } from './carried.ts';
import { concerned, DatedEvents } from './dated-events.ts';
import type { Column, Table } from './report.ts';
import { Tally } from './tally.ts';

type Journey = Pick<DataOf<'contingent.repatriated'>, 'route' | 'borderPorosity' | 'surveillance'>;

const LEG: Column = { id: 'leg', title: 'Left from', kind: 'text' };

/** In the order in which a contingent can come to them. */
const LEGS = [
  'deployed',
  'undecided after the war',
  'in transit home',
  'at home',
  're-education',
  'garrison',
  'integrated',
  'private company',
  'captivity',
] as const;

type Leg = (typeof LEGS)[number];

/** Who left, where on the way, and how well that way was watched (S16, S17). */
export class Defections {
  readonly #journeys = new Carried<Journey>();
  readonly #byLeg = new Tally([{ ...LEG, order: LEGS }], {
    id: 'heads',
    title: 'Defected',
    kind: 'persons',
  });
  readonly #list = new DatedEvents([
    LEG,
    { id: 'heads', title: 'Defected', kind: 'persons' },
    { id: 'area', title: 'Area', kind: 'place' },
    { id: 'host', title: 'Host', kind: 'place' },
    { id: 'route', title: 'Route', kind: 'text' },
    { id: 'borderPorosity', title: 'Border porosity', kind: 'text' },
    { id: 'surveillance', title: 'Surveillance', kind: 'text' },
  ]);
  readonly #signals = new DatedEvents([
    { id: 'count', title: 'Persons', kind: 'persons' },
    { id: 'host', title: 'Host', kind: 'place' },
  ]);

  apply(transition: Transition, divide: Divide): void {
    const { event } = transition;
    this.#journeys.apply(transition);
    const whom = concerned(transition);
    if (event.type === 'contingent.repatriated' && whom !== null) this.#journeys.set(whom, event.data);
    if (event.type === 'contingent.defected') this.#defected(transition, event.data, divide.tells(event));
    if (event.type === 'defection.signalled') {
      const { count = null, host = null } = event.data;
      this.#signals.add(transition, { count, host });
    }
  }

  tables(): readonly Table[] {
    return [
      this.#byLeg.table({
        id: 'legs',
        title: 'Defections by leg',
        about:
          'Defections by where they left from, and the sum of the strengths that left. Those caught or sent back later ' +
          'are in it. Unknown where a reported one follows a what-if event.',
      }),
      this.#list.table({
        id: 'defections',
        title: 'Defections',
        about:
          'Each defection (contingent.defected). Route, border porosity and surveillance are those of the last journey ' +
          'home that the contingent, or the one that it had left, set out on (contingent.repatriated); they stand only ' +
          'where it left on that journey or after it.',
      }),
      this.#signals.table({
        id: 'signals',
        title: 'Wishes to defect',
        about: 'Who showed the wish to defect (defection.signalled). A wish moves nobody.',
      }),
    ];
  }

  #defected(transition: Transition, { area, host }: DataOf<'contingent.defected'>, isTold: boolean): void {
    const move = transition.moves.at(-1);
    const leg = move?.before ? legOf(move.before.value) : null;
    if (move === undefined || leg === null) return;
    const heads = isTold ? move.after.context.strength : null;
    const journey = isOnTheWay(leg) ? this.#journeys.of(move.contingent) : undefined;
    this.#byLeg.add(transition, { leg }, heads);
    this.#list.add(transition, {
      leg,
      heads,
      area: area ?? null,
      host: host ?? null,
      route: journey?.route ?? null,
      borderPorosity: journey?.borderPorosity ?? null,
      surveillance: journey?.surveillance ?? null,
    });
  }
}

function isOnTheWay(leg: Leg): boolean {
  return leg === 'in transit home' || leg === 'at home' || leg === 're-education';
}

/** Null for a state that nobody defects from. */
function legOf(state: string): Leg | null {
  const pathway = pathwayOf(state);
  switch (pathway) {
    case 'deployed':
      return 'deployed';
    case 'war-ended':
      return 'undecided after the war';
    case 'repatriated':
      return state === 'repatriated.inTransit' ? 'in transit home' : 'at home';
    case 're-educated':
      return 're-education';
    case 'garrisoned':
      return 'garrison';
    case 'integrated':
      return 'integrated';
    case 'pmc-transferred':
      return 'private company';
    case 'captured':
      return 'captivity';
    case 'defected':
    case null:
      return null;
    default:
      return pathway satisfies never;
  }
}
