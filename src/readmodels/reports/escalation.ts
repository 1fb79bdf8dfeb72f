import type { Pathway } from '../../../events/vocabulary.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES } from './basis.ts';
import { Contact } from './contact.ts';
import { DatedEvents, listed } from './dated-events.ts';
import { NONE } from './evidence.ts';
import { Freed } from './freed.ts';
import { PathwayCount } from './pathway-count.ts';
import type { Column, Moment, ReportModel, RowBasis, Table } from './report.ts';
import type { Roster } from './roster.ts';
import { Tally } from './tally.ts';

/** From the lowest to the highest. */
const RUNGS = [
  'terms of the ending changed',
  'protest',
  'pressure',
  'flare-up',
  'flare-up with NATO contact',
  'war resumed',
] as const;

interface Step {
  readonly rung: (typeof RUNGS)[number];
  readonly what: string | null;
  readonly who: string | null;
  readonly area: string | null;
}

const RUNG: Column = { id: 'rung', title: 'Rung', kind: 'text' };

const ORDER = `The rungs, from the lowest: ${RUNGS.join(', ')}. They are an order for reading and no score.`;

/** Escalation: what follows for the peace from troops that stay (S29–S37). */
export class Escalation implements ReportModel {
  readonly #ladder = new DatedEvents([
    RUNG,
    { id: 'what', title: 'What', kind: 'text' },
    { id: 'who', title: 'Who', kind: 'text' },
    { id: 'area', title: 'Area', kind: 'place' },
  ]);
  readonly #rungs = new Tally([{ ...RUNG, order: RUNGS }]);
  readonly #states = new Tally([{ id: 'state', title: 'State', kind: 'text' }]);
  readonly #forums = new Tally([{ id: 'forum', title: 'Forum', kind: 'text' }]);
  readonly #contact = new Contact();
  readonly #freed = new Freed();
  readonly #steps = new PathwayCount();

  apply(transition: Transition, roster: Roster): void {
    const { event } = transition;
    this.#contact.apply(transition);
    this.#freed.apply(transition);
    const step = stepOf(transition);
    if (step !== null) {
      this.#ladder.add(transition, { ...step });
      this.#rungs.add(transition, { rung: step.rung });
      this.#steps.add(transition, roster);
    }
    if (event.type === 'diplomatic.protested') {
      const { by, forum } = event.data;
      for (const state of new Set(by)) this.#states.add(transition, { state });
      if (forum !== undefined) this.#forums.add(transition, { forum });
    }
  }

  /** Steps on the ladder about contingents that stood in a pathway; null: those that name no contingent. */
  steps(pathway: Pathway | null, basis: RowBasis): number | null {
    return this.#steps.of(pathway, basis);
  }

  tables({ untilMs }: Moment): readonly Table[] {
    return [
      this.#rungs.table({
        id: 'rungs',
        title: 'Steps by rung',
        about: `How often each rung of the ladder was stepped on. ${ORDER}`,
      }),
      this.#ladder.table({
        id: 'ladder',
        title: 'Escalation ladder',
        about:
          `Each step with its rung. ${ORDER} Who: for pressure its targets, for protests those who protest, for ` +
          'flare-ups the forces opposite, as named. Only an event that says so counts as contact with NATO.',
      }),
      this.#contact.table(untilMs),
      this.#breadth(),
      this.#states.table({
        id: 'states',
        title: 'Protests by state',
        about: 'How often each state protested (diplomatic.protested). A protest of several counts for each.',
      }),
      this.#forums.table({
        id: 'forums',
        title: 'Protests by forum',
        about: 'How often protest was raised in each forum, where one was named.',
      }),
      ...this.#freed.tables(untilMs),
    ];
  }

  #breadth(): Table {
    return {
      id: 'breadth',
      title: 'Breadth of protest',
      about:
        'How many different states protested, and in how many different forums. A what-if counts its own only.',
      columns: [
        { id: 'states', title: 'States', kind: 'quantity' },
        { id: 'forums', title: 'Forums', kind: 'quantity' },
      ],
      rows: BASES.flatMap((basis) => {
        const [states, forums] = [this.#states.distinct(basis), this.#forums.distinct(basis)];
        return states + forums === 0 ? [] : [{ basis, cells: { states, forums }, events: NONE }];
      }),
      omitted: 0,
      chart: null,
    };
  }
}

/** Null for an event that is no step. */
function stepOf({ event }: Transition): Step | null {
  const nothing = { what: null, who: null, area: null };
  switch (event.type) {
    case 'war.ending-changed': {
      const { variant, foreignTroopsBarred, agreement } = event.data;
      const terms = [variant, foreignTroopsBarred ? 'foreign troops barred' : undefined, agreement];
      return { ...nothing, rung: 'terms of the ending changed', what: terms.filter(Boolean).join(', ') };
    }
    case 'diplomatic.protested':
      return { ...nothing, rung: 'protest', what: event.data.forum ?? null, who: listed(event.data.by) };
    case 'pressure.signalled':
      return { ...nothing, rung: 'pressure', what: event.data.style ?? null, who: listed(event.data.target) };
    case 'tension.flared': {
      const { area, opposing, natoContact } = event.data;
      const rung = natoContact === true ? 'flare-up with NATO contact' : 'flare-up';
      return { ...nothing, rung, who: listed(opposing), area };
    }
    case 'war.resumed':
      return { ...nothing, rung: 'war resumed', what: event.data.cause ?? null };
    default:
      return null;
  }
}
