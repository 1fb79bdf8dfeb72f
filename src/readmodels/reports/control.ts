import type { EventOf } from '../../../events/catalogue.ts';
import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { byCodeUnit } from './dated-events.ts';
import { Evidence } from './evidence.ts';
import type { Row, RowBasis, Table } from './report.ts';
import { Tally } from './tally.ts';

interface Watch {
  level: EventOf<'monitoring.tightened'>['data']['level'];
  sinceMs: number;
  readonly evidence: Evidence;
}

/** How closely the troops are watched, and where they rub against their host (S46, S47). */
export class Control {
  readonly #watches: Record<RowBasis, Map<string, Watch>> = { reported: new Map(), hypothetical: new Map() };
  readonly #friction = new Tally([
    { id: 'kind', title: 'Kind', kind: 'text' },
    { id: 'severity', title: 'Severity', kind: 'text', order: ['low', 'high', 'critical'] },
  ]);

  apply(transition: Transition): void {
    const { event, seq } = transition;
    if (event.type === 'monitoring.tightened') this.#watch(event, seq);
    if (event.type === 'friction.reported') {
      const { kind, severity } = event.data;
      this.#friction.add(transition, { kind, severity });
    }
  }

  tables(): readonly Table[] {
    return [
      {
        id: 'monitoring',
        title: 'Monitoring',
        about:
          'How closely each contingent is watched, as the last event about it said (monitoring.tightened), since when at ' +
          'that level, and how often it was said.',
        columns: [
          { id: 'contingent', title: 'Contingent', kind: 'contingent' },
          { id: 'level', title: 'Level', kind: 'text' },
          { id: 'since', title: 'Since', kind: 'date' },
          { id: 'count', title: 'Times', kind: 'events' },
        ],
        rows: BASES.flatMap((basis) =>
          [...this.#watches[basis]].map(([contingent, watch]) => watchRow(basis, contingent, watch)),
        ).toSorted((a, b) => byCodeUnit(String(a.cells['contingent']), String(b.cells['contingent']))),
        omitted: 0,
        chart: null,
      },
      this.#friction.table({
        id: 'friction',
        title: 'Friction',
        about: 'Friction with the host by kind and severity (friction.reported).',
      }),
    ];
  }

  #watch(event: EventOf<'monitoring.tightened'>, seq: number): void {
    const { subject, timeMs, data } = event;
    if (subject === null) return;
    const watches = this.#watches[basisOf(event)];
    const watch = watches.get(subject) ?? { level: data.level, sinceMs: timeMs, evidence: new Evidence() };
    watches.set(subject, watch);
    if (watch.level !== data.level) watch.sinceMs = timeMs;
    watch.level = data.level;
    watch.evidence.add(seq);
  }
}

function watchRow(basis: RowBasis, contingent: string, { level, sinceMs, evidence }: Watch): Row {
  const events = evidence.behind;
  return { basis, cells: { contingent, level, since: dayOf(sinceMs), count: events.count }, events };
}
