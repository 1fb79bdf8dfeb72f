import type { Transition } from '../../roll/outcome.ts';
import { BASES, basisOf, Divide } from './basis.ts';
import { dayOf, wholeDays } from './calendar.ts';
import { byCodeUnit } from './dated-events.ts';
import { Evidence } from './evidence.ts';
import type { Row, RowBasis, Table } from './report.ts';

/** Time that passes while something lasts. */
class Clock {
  #runsFromMs: number | null = null;
  readonly #spentMs: Record<RowBasis, number> = { reported: 0, hypothetical: 0 };

  /** Goes on where it runs already. */
  start(atMs: number): void {
    this.#runsFromMs ??= atMs;
  }

  stop(atMs: number, basis: RowBasis): void {
    this.pass(atMs, basis);
    this.#runsFromMs = null;
  }

  /** Books what passed up to an instant, and runs on. */
  pass(toMs: number, basis: RowBasis): void {
    if (this.#runsFromMs === null) return;
    this.#spentMs[basis] += Math.max(0, toMs - this.#runsFromMs);
    this.#runsFromMs = Math.max(this.#runsFromMs, toMs);
  }

  get isRunning(): boolean {
    return this.#runsFromMs !== null;
  }

  /** Whole days up to an instant; `now` is the basis of time that passes now. */
  days(basis: RowBasis, now: RowBasis, untilMs: number): number {
    const running = basis === now && this.#runsFromMs !== null ? Math.max(0, untilMs - this.#runsFromMs) : 0;
    return wholeDays(this.#spentMs[basis] + running);
  }
}

interface Area {
  readonly contact: Clock;
  readonly nato: Clock;
  /** Whether there was contact when a what-if began. */
  wasRunning: boolean;
  readonly latestMs: Record<RowBasis, number | null>;
  readonly flares: Record<RowBasis, Evidence>;
}

/** Days for which troops stood face to face in each area (S34, S35). */
export class Contact {
  readonly #areas = new Map<string, Area>();
  readonly #divide = new Divide();

  apply(transition: Transition): void {
    if (this.#divide.begins(transition)) {
      for (const area of this.#areas.values()) {
        area.contact.pass(this.#divide.reportedMs, 'reported');
        area.nato.pass(this.#divide.reportedMs, 'reported');
        area.wasRunning = area.contact.isRunning;
      }
    }
    const { event, seq } = transition;
    if (event.type === 'tension.flared') {
      const { area: name, natoContact } = event.data;
      const area = this.#areas.get(name) ?? newArea();
      this.#areas.set(name, area);
      area.contact.start(event.timeMs);
      if (natoContact === true) area.nato.start(event.timeMs);
      area.latestMs[basisOf(event)] = event.timeMs;
      area.flares[basisOf(event)].add(seq);
    } else if (event.type === 'tension.eased') {
      this.#end(this.#areas.get(event.data.area), event.timeMs);
    } else if (event.type === 'war.ended') {
      for (const area of this.#areas.values()) this.#end(area, event.timeMs);
    }
  }

  table(untilMs: number): Table {
    return {
      id: 'contact',
      title: 'Days of contact',
      about:
        'Whole days for which tension was up in an area: from its first flare-up (tension.flared) until it eased there ' +
        '(tension.eased), the war ended, or the day shown. Days with NATO contact count from the first flare-up that ' +
        'says so, to the same end. Days after a what-if has begun are what-if days.',
      columns: [
        { id: 'area', title: 'Area', kind: 'place' },
        { id: 'days', title: 'Days of contact', kind: 'days' },
        { id: 'natoDays', title: 'with NATO contact', kind: 'days' },
        { id: 'flares', title: 'Flare-ups', kind: 'events' },
        { id: 'latest', title: 'Latest flare-up', kind: 'date' },
        { id: 'now', title: 'At the end', kind: 'text' },
      ],
      rows: [...this.#areas]
        .toSorted(([a], [b]) => byCodeUnit(a, b))
        .flatMap(([name, area]) => this.#rows(name, area, untilMs)),
      omitted: 0,
      chart: { kind: 'bar', category: 'area', values: ['days', 'natoDays'] },
    };
  }

  #end(area: Area | undefined, atMs: number): void {
    area?.contact.stop(atMs, this.#divide.basis);
    area?.nato.stop(atMs, this.#divide.basis);
  }

  #rows(name: string, { contact, nato, flares, latestMs, wasRunning }: Area, untilMs: number): Row[] {
    const now = this.#divide.basis;
    return BASES.flatMap((basis) => {
      const events = flares[basis].behind;
      const days = contact.days(basis, now, untilMs);
      if (events.count === 0 && days === 0) return [];
      const latest = latestMs[basis];
      const isRunning = basis === now ? contact.isRunning : wasRunning;
      const cells = {
        area: name,
        days,
        natoDays: nato.days(basis, now, untilMs),
        flares: events.count,
        latest: latest === null ? null : dayOf(latest),
        now: isRunning ? 'in contact' : 'eased',
      };
      return [{ basis, cells, events }];
    });
  }
}

function newArea(): Area {
  return {
    contact: new Clock(),
    nato: new Clock(),
    wasRunning: false,
    latestMs: { reported: null, hypothetical: null },
    flares: { reported: new Evidence(), hypothetical: new Evidence() },
  };
}
