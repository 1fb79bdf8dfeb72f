import type { Transition } from '../../roll/outcome.ts';
import type { Divide } from './basis.ts';
import { DatedEvents } from './dated-events.ts';
import type { Table } from './report.ts';
import { Tally } from './tally.ts';

/** What the state shows of the troops: propaganda and honours (S15, S26). */
export class Prestige {
  readonly #propaganda = new Tally([
    { id: 'theme', title: 'Theme', kind: 'text' },
    { id: 'outlet', title: 'Outlet', kind: 'text' },
  ]);
  readonly #honours = new DatedEvents([
    { id: 'heads', title: 'Honoured', kind: 'persons' },
    { id: 'how', title: 'How', kind: 'text' },
    { id: 'place', title: 'Where', kind: 'place' },
  ]);

  apply(transition: Transition, divide: Divide): void {
    const { event, moves } = transition;
    const heads = divide.tells(event) ? (moves.at(-1)?.after.context.strength ?? null) : null;
    if (event.type === 'propaganda.aired') {
      const { theme, outlet = null } = event.data;
      this.#propaganda.add(transition, { theme, outlet });
    } else if (event.type === 'contingent.honoured') {
      const { programme = 'honoured', place = null } = event.data;
      this.#honours.add(transition, { heads, how: programme, place });
    } else if (event.type === 'contingent.screened' && event.data.outcome === 'honoured') {
      this.#honours.add(transition, { heads, how: 'honoured at screening', place: null });
    }
  }

  tables(): readonly Table[] {
    return [
      this.#propaganda.table({
        id: 'propaganda',
        title: 'Propaganda by theme and outlet',
        about: 'How often each theme was aired, by outlet where one was named (propaganda.aired).',
      }),
      this.#honours.table({
        id: 'honours',
        title: 'Honours',
        about:
          'Contingents honoured, at screening or later, with their strength then ' +
          '(contingent.honoured, and contingent.screened with that outcome); unknown in a reported row that follows a ' +
          'what-if event.',
      }),
    ];
  }
}
