import type { Transition } from '../../roll/outcome.ts';
import { Abroad } from './abroad.ts';
import { Assessments } from './assessments.ts';
import { DatedEvents } from './dated-events.ts';
import { Garrisons } from './garrisons.ts';
import { Integrated } from './integrated.ts';
import type { Moment, ReportModel, Table } from './report.ts';

/** What analysts call the influence that troops give in a country. */
const INFLUENCE = 'influence';

/** Footprint and axis: where the troops stay, and what their two states become by it (S39, S41, S48, S63, S76). */
export class Footprint implements ReportModel {
  readonly #abroad = new Abroad();
  readonly #garrisons: Garrisons;
  readonly #integrated = new Integrated();
  readonly #milestones = new DatedEvents([{ id: 'kind', title: 'Milestone', kind: 'text' }]);
  readonly #influence = new Assessments((about) => about.startsWith(INFLUENCE));

  /** `isEastAsia` tells the places in East Asia: a garrison there is no footprint beyond it. */
  constructor(isEastAsia: (place: string) => boolean) {
    this.#garrisons = new Garrisons(isEastAsia);
  }

  apply(transition: Transition): void {
    this.#abroad.apply(transition);
    this.#garrisons.apply(transition);
    this.#integrated.apply(transition);
    this.#influence.apply(transition);
    const { event } = transition;
    if (event.type === 'milestone.reached') this.#milestones.add(transition, { kind: event.data.kind });
  }

  tables({ untilMs, settings }: Moment): readonly Table[] {
    return [
      ...this.#abroad.tables(untilMs),
      ...this.#garrisons.tables(untilMs, settings.footprintDays),
      ...this.#integrated.tables(untilMs),
      this.#milestones.table({
        id: 'milestones',
        title: 'Milestones',
        about: 'Milestones as they were announced (milestone.reached), those of the alliance among them.',
      }),
      this.#influence.table({
        id: 'influence',
        title: 'Influence',
        about:
          "Analysts' own judgements of influence: assessments whose subject begins with “influence”, with the value " +
          'that each gave from 0 to 3. They are listed as given: nothing is computed from them.',
      }),
    ];
  }
}
