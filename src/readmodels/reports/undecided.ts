import { pathwayOf } from '../../../machines/pathway.ts';
import type { Move, Transition } from '../../roll/outcome.ts';
import { DAY_MS, dayOf } from './calendar.ts';
import { only } from './evidence.ts';
import { latest, type Row, type Table } from './report.ts';
import type { ReportedTime } from './reported-time.ts';
import type { Roster } from './roster.ts';
import type { StandingBasis } from './standing-basis.ts';

interface Wait {
  readonly sinceMs: number;
  /** The event that began it. */
  readonly seq: number;
}

/** Who waits for a decision since the war's end, and how each wait ended. */
export class Undecided {
  readonly #waits = new Map<string, Wait>();
  readonly #decisions: Row[] = [];

  /** `standing` has taken this transition already. */
  apply({ seq, event, moves }: Transition, standing: StandingBasis): void {
    for (const move of moves) {
      const { contingent, after } = move;
      const wait = this.#waits.get(contingent);
      const pathway = pathwayOf(after.value);
      if (pathway === 'war-ended') {
        if (wait === undefined)
          this.#waits.set(contingent, this.#newWait(move, { sinceMs: event.timeMs, seq }));
        continue;
      }
      if (wait === undefined) continue;
      this.#waits.delete(contingent);
      if (pathway === null || event.type === 'war.resumed') continue;
      this.#decisions.push({
        basis: standing.of(contingent),
        cells: {
          decided: dayOf(event.timeMs),
          contingent,
          pathway,
          strength: after.context.strength,
          since: dayOf(wait.sinceMs),
          days: (event.timeMs - wait.sinceMs) / DAY_MS,
        },
        events: only(seq),
      });
    }
  }

  /** Who waits now, by id. */
  waiting(untilMs: number, roster: Roster, standing: StandingBasis, time: ReportedTime): Table {
    const waits = [...this.#waits].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      id: 'undecided',
      title: 'Undecided now',
      about:
        'Contingents for whom the war is over and nothing is decided, at the day shown, and how long each has waited. A ' +
        'part that leaves a waiting contingent has waited as long as the whole. A what-if row is a contingent that a ' +
        'what-if fact moved, or any contingent once a what-if fact changed the war itself.',
      columns: [
        { id: 'contingent', title: 'Contingent', kind: 'contingent' },
        { id: 'strength', title: 'Strength', kind: 'persons' },
        { id: 'since', title: 'Since', kind: 'date' },
        { id: 'days', title: 'Days waited', kind: 'days' },
      ],
      rows: waits.map(([contingent, { sinceMs, seq }]) => {
        const basis = standing.of(contingent);
        const until = time.until(basis, untilMs);
        return {
          basis,
          cells: {
            contingent,
            strength: roster.of(contingent)?.context.strength ?? null,
            since: dayOf(sinceMs),
            // A reported wait that began after the first what-if fact has no reported length.
            days: until < sinceMs ? null : (until - sinceMs) / DAY_MS,
          },
          events: only(seq),
        };
      }),
      omitted: 0,
      chart: { kind: 'bar', category: 'contingent', values: ['strength'] },
    };
  }

  /** How each wait ended, in the order of time. */
  decisions(): Table {
    return {
      id: 'decisions',
      title: 'Decisions made',
      about:
        'The first pathway that each contingent took after the war had ended, whoever decided it, and the days that it ' +
        'took. A war that resumes, a merger or a loss of everybody ends a wait without a decision. After a second end ' +
        'of the war a contingent waits anew.',
      columns: [
        { id: 'decided', title: 'Decided', kind: 'date' },
        { id: 'contingent', title: 'Contingent', kind: 'contingent' },
        { id: 'pathway', title: 'Pathway', kind: 'pathway' },
        { id: 'strength', title: 'Strength', kind: 'persons' },
        { id: 'since', title: 'Waiting since', kind: 'date' },
        { id: 'days', title: 'Days it took', kind: 'days' },
      ],
      ...latest(this.#decisions),
      chart: null,
    };
  }

  #newWait({ before, after }: Move, anew: Wait): Wait {
    const { parent } = after.context;
    return (before === null && parent !== null ? this.#waits.get(parent) : undefined) ?? anew;
  }
}
