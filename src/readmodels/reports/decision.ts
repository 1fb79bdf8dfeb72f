import { add, NOBODY } from '../../../events/estimate.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES } from './basis.ts';
import { NONE } from './evidence.ts';
import { share } from './range.ts';
import type { Moment, ReportModel, Row, Table } from './report.ts';
import { ReportedTime } from './reported-time.ts';
import { Returns } from './returns.ts';
import type { Roster } from './roster.ts';
import { StandingBasis } from './standing-basis.ts';
import { Undecided } from './undecided.ts';

const HOME: ReadonlySet<Pathway> = new Set(['repatriated', 're-educated']);

/** What was decided once the fighting had ended, and who is on the way home (S09, S21, S72). */
export class Decision implements ReportModel {
  readonly #standing = new StandingBasis();
  readonly #time = new ReportedTime();
  readonly #undecided = new Undecided();
  readonly #returns = new Returns();

  apply(transition: Transition): void {
    this.#standing.apply(transition);
    this.#time.apply(transition.event);
    this.#undecided.apply(transition, this.#standing);
    this.#returns.apply(transition);
  }

  tables({ untilMs }: Moment, roster: Roster): readonly Table[] {
    return [
      this.#home(roster),
      this.#undecided.waiting(untilMs, roster, this.#standing, this.#time),
      this.#undecided.decisions(),
      this.#returns.rate(),
      this.#returns.weeks(),
    ];
  }

  #home(roster: Roster): Table {
    return {
      id: 'home',
      title: 'Home and away now',
      about:
        'The troops at the day shown: undecided since the war ended, home (repatriated or re-educated) and away (every ' +
        'other pathway, the undecided among them). The share is away ÷ (away + home); those who are dead, missing or ' +
        'merged into others are not counted. A what-if row is contingents that a what-if fact moved, or all of them once ' +
        'a what-if fact changed the war itself.',
      columns: [
        { id: 'share', title: 'Share not home', kind: 'share' },
        { id: 'away', title: 'Away', kind: 'persons' },
        { id: 'home', title: 'Home', kind: 'persons' },
        { id: 'undecided', title: 'Undecided', kind: 'persons' },
        { id: 'contingents', title: 'Contingents', kind: 'contingents' },
      ],
      rows: BASES.flatMap((basis): Row[] => {
        let [home, away, undecided, contingents] = [NOBODY, NOBODY, NOBODY, 0];
        for (const [contingent, { value, context }] of roster.all()) {
          const pathway = pathwayOf(value);
          if (pathway === null || this.#standing.of(contingent) !== basis) continue;
          contingents += 1;
          if (HOME.has(pathway)) home = add(home, context.strength);
          else away = add(away, context.strength);
          if (pathway === 'war-ended') undecided = add(undecided, context.strength);
        }
        if (contingents === 0) return [];
        return [
          {
            basis,
            cells: { share: share(away, home), away, home, undecided, contingents },
            events: NONE,
          },
        ];
      }),
      omitted: 0,
      chart: null,
    };
  }
}
