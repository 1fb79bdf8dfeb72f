import type { EventOf } from '../../../events/catalogue.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { Assessments } from './assessments.ts';
import { Divide } from './basis.ts';
import { wholeDays } from './calendar.ts';
import { Carried } from './carried.ts';
import { Control } from './control.ts';
import { concerned, DatedEvents, listed } from './dated-events.ts';
import { Defections } from './defections.ts';
import { Headcount } from './headcount.ts';
import { PathwayCount } from './pathway-count.ts';
import { Prestige } from './prestige.ts';
import type { Cell, Column, ReportModel, RowBasis, Table } from './report.ts';
import type { Roster } from './roster.ts';
import { Tally } from './tally.ts';

const SCOPE: Column = { id: 'scope', title: 'Scope', kind: 'text' };

/** From talk to deed. */
const SCOPES = ['spread', 'coordinate', 'act'] as const;

/** Dissent as it was observed, and who stood where by then. */
class Observed {
  readonly #list = new DatedEvents([
    SCOPE,
    { id: 'topics', title: 'Topics', kind: 'text' },
    { id: 'returned', title: 'Returned by then', kind: 'persons' },
    { id: 'days', title: 'Days since return', kind: 'days' },
    { id: 'background', title: 'Background', kind: 'text' },
    { id: 'reliability', title: 'Reliability', kind: 'text' },
    { id: 'conduct', title: 'Conduct', kind: 'text' },
  ]);
  readonly #byScope = new Tally([{ ...SCOPE, order: SCOPES }]);
  readonly #byTopic = new Tally([
    { ...SCOPE, order: SCOPES },
    { id: 'topic', title: 'Topic', kind: 'text' },
  ]);
  readonly #atHome = new Headcount(({ value }) => isHome(value));
  readonly #returnedMs = new Carried<number>();
  readonly #conduct = new Carried<string | null>();

  apply(transition: Transition, roster: Roster, divide: Divide): void {
    const { event, moves } = transition;
    this.#atHome.apply(transition);
    this.#returnedMs.apply(transition);
    this.#conduct.apply(transition);
    for (const { contingent, after } of moves) {
      if (!hasArrived(after.value) || this.#returnedMs.of(contingent) !== undefined) continue;
      this.#returnedMs.set(contingent, event.timeMs);
    }
    const whom = concerned(transition);
    if (event.type === 'contingent.screened' && whom !== null)
      this.#conduct.set(whom, event.data.conduct ?? null);
    if (event.type === 'dissent.observed')
      this.#observe(transition, event, divide.tells(event) ? this.#standing(event, roster) : UNKNOWN);
  }

  tables(): readonly Table[] {
    return [
      this.#byScope.table({
        id: 'scopes',
        title: 'Dissent by scope',
        about: 'How often dissent was observed to spread, to be coordinated, or to act (dissent.observed).',
      }),
      this.#byTopic.table({
        id: 'topics',
        title: 'Dissent by scope and topic',
        about: 'The same observations by what they were about. One with two topics counts once under each.',
      }),
      this.#list.table({
        id: 'observed',
        title: 'Dissent observed',
        about:
          'Each observation, with how many stood at home by then (strength repatriated or in re-education, a range), ' +
          'and of the contingent that it names: whole days since it first came home, its background and reliability, ' +
          'and its conduct as its last screening put it. A part that left its contingent has its past. Unknown where ' +
          'no event said so, and in a reported row that follows a what-if event. A list, no index.',
      }),
    ];
  }

  #observe(
    transition: Transition,
    { data: { scope, topics } }: EventOf<'dissent.observed'>,
    standing: Readonly<Record<string, Cell>>,
  ): void {
    this.#byScope.add(transition, { scope });
    const different = topics.length === 0 ? [null] : new Set(topics);
    for (const topic of different) this.#byTopic.add(transition, { scope, topic });
    this.#list.add(transition, {
      scope,
      topics: listed(topics),
      ...standing,
    });
  }

  #standing({ subject, timeMs }: EventOf<'dissent.observed'>, roster: Roster): Record<string, Cell> {
    const context = roster.of(subject)?.context;
    const returnedMs = this.#returnedMs.of(subject);
    return {
      returned: this.#atHome.now,
      days: returnedMs === undefined ? null : wholeDays(timeMs - returnedMs),
      background: context?.background ?? null,
      reliability: context?.reliability ?? null,
      conduct: this.#conduct.of(subject) ?? null,
    };
  }
}

const UNKNOWN = { returned: null, days: null, background: null, reliability: null, conduct: null } as const;

/** Dissent and prestige: what the returned bring home, and what the state makes of them (S12–S20, S26, S46). */
export class Dissent implements ReportModel {
  readonly #divide = new Divide();
  readonly #observed = new Observed();
  readonly #prestige = new Prestige();
  readonly #defections = new Defections();
  readonly #control = new Control();
  readonly #assessments = new Assessments();
  readonly #observations = new PathwayCount();

  apply(transition: Transition, roster: Roster): void {
    this.#divide.begins(transition);
    this.#observed.apply(transition, roster, this.#divide);
    this.#prestige.apply(transition, this.#divide);
    this.#defections.apply(transition, this.#divide);
    this.#control.apply(transition);
    this.#assessments.apply(transition);
    if (transition.event.type === 'dissent.observed') this.#observations.add(transition, roster);
  }

  /** Observations of dissent in contingents that stood in a pathway; null: those that name no contingent. */
  observations(pathway: Pathway | null, basis: RowBasis): number | null {
    return this.#observations.of(pathway, basis);
  }

  tables(): readonly Table[] {
    return [
      ...this.#observed.tables(),
      ...this.#prestige.tables(),
      ...this.#defections.tables(),
      ...this.#control.tables(),
      this.#assessments.table({
        id: 'assessments',
        title: 'Assessments',
        about:
          "Analysts' own judgements by what they are about, with the value that each gave from 0 to 3 and why " +
          '(assessment.made). They are listed as given: nothing is computed from them.',
      }),
    ];
  }
}

function isHome(state: string): boolean {
  const pathway = pathwayOf(state);
  return pathway === 'repatriated' || pathway === 're-educated';
}

function hasArrived(state: string): boolean {
  return pathwayOf(state) === 'repatriated' && state !== 'repatriated.inTransit';
}
