import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { byCodeUnit, DatedEvents } from './dated-events.ts';
import { Evidence } from './evidence.ts';
import type { Column, RowBasis, Table } from './report.ts';

interface Position {
  readonly patron: string;
  readonly matter: string | null;
  readonly basis: RowBasis;
  stance: string;
  sinceMs: number;
  readonly evidence: Evidence;
}

const PATRON: readonly Column[] = [
  { id: 'patron', title: 'Patron', kind: 'text' },
  { id: 'matter', title: 'Matter', kind: 'text' },
  { id: 'stance', title: 'Stance', kind: 'text' },
];

/** How patron states take it (S71). */
export class Patrons {
  readonly #positions = new Map<string, Position>();
  readonly #list = new DatedEvents(PATRON);

  apply(transition: Transition): void {
    const { event, seq } = transition;
    if (event.type !== 'patron.objected' && event.type !== 'patron.acquiesced') return;
    const { patron, matter = null } = event.data;
    const stance = event.type === 'patron.objected' ? 'objected' : 'acquiesced';
    const basis = basisOf(event);
    this.#list.add(transition, { patron, matter, stance });
    const key = JSON.stringify([patron, matter, BASES.indexOf(basis)]);
    const position = this.#positions.get(key) ?? {
      patron,
      matter,
      basis,
      stance,
      sinceMs: event.timeMs,
      evidence: new Evidence(),
    };
    this.#positions.set(key, position);
    if (position.stance !== stance) position.sinceMs = event.timeMs;
    position.stance = stance;
    position.evidence.add(seq);
  }

  tables(): readonly Table[] {
    return [
      {
        id: 'stances',
        title: "Patrons' stance",
        about: 'The latest stance of each patron state in each matter, and since when it has held.',
        columns: [...PATRON, { id: 'since', title: 'Since', kind: 'date' }],
        rows: [...this.#positions]
          .toSorted(([a], [b]) => byCodeUnit(a, b))
          .map(([, { patron, matter, stance, sinceMs, basis, evidence }]) => ({
            basis,
            cells: { patron, matter, stance, since: dayOf(sinceMs) },
            events: evidence.behind,
          })),
        omitted: 0,
        chart: null,
      },
      this.#list.table({
        id: 'patrons',
        title: 'What patrons said',
        about: 'Each objection and each acquiescence of a patron state (patron.objected, patron.acquiesced).',
      }),
    ];
  }
}
