import type { Pathway } from '../../../events/vocabulary.ts';
import type { Transition } from '../../roll/outcome.ts';
import { DatedEvents, listed } from './dated-events.ts';
import { Deniability, type Deniable } from './deniability.ts';
import type { DenyingState } from './denial-facts.ts';
import { PathwayCount } from './pathway-count.ts';
import { Patrons } from './patrons.ts';
import type { ReportModel, RowBasis, Table } from './report.ts';
import type { Roster } from './roster.ts';

/** Law and deniability: who objects, who sanctions, and what can still be denied (S51, S59, S67, S69–S71). */
export class Law implements ReportModel {
  readonly #sanctions = new DatedEvents([
    { id: 'step', title: 'Step', kind: 'text' },
    { id: 'by', title: 'By', kind: 'text' },
    { id: 'target', title: 'Target', kind: 'text' },
  ]);
  readonly #challenges = new DatedEvents([
    { id: 'forum', title: 'Forum', kind: 'text' },
    { id: 'question', title: 'Question', kind: 'text' },
  ]);
  readonly #patrons = new Patrons();
  readonly #deniability = new Deniability();
  readonly #steps = new PathwayCount();

  apply(transition: Transition, roster: Roster): void {
    const { event } = transition;
    this.#patrons.apply(transition);
    this.#deniability.apply(transition);
    if (event.type === 'sanction.alleged' || event.type === 'sanction.imposed') {
      const { by, target } = event.data;
      const step = event.type === 'sanction.alleged' ? 'breach alleged' : 'sanctions imposed';
      this.#sanctions.add(transition, { step, by: listed(by), target });
      this.#steps.add(transition, roster);
    } else if (event.type === 'law.challenged') {
      const { forum, question } = event.data;
      this.#challenges.add(transition, { forum, question });
      this.#steps.add(transition, roster);
    }
  }

  /** Sanctions and questions of law about contingents that stood in a pathway; null: those that name no contingent. */
  steps(pathway: Pathway | null, basis: RowBasis): number | null {
    return this.#steps.of(pathway, basis);
  }

  /** What a state can still deny of a contingent, or of the whole roll (null). */
  deniability(state: DenyingState, contingent: string | null, basis: RowBasis): Deniable {
    return this.#deniability.of(state, contingent, basis);
  }

  tables(): readonly Table[] {
    return [
      ...this.#deniability.tables(),
      this.#sanctions.table({
        id: 'sanctions',
        title: 'Sanctions',
        about: 'Breaches of sanctions alleged, and sanctions imposed: by whom, against whom.',
      }),
      this.#challenges.table({
        id: 'challenges',
        title: 'Questions of law',
        about: 'Questions of law by the forum that they were raised in (law.challenged).',
      }),
      ...this.#patrons.tables(),
    ];
  }
}
