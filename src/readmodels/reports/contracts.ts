import type { EventOf } from '../../../events/catalogue.ts';
import { basisOf } from './basis.ts';
import { dayOf } from './calendar.ts';
import { only } from './evidence.ts';
import { latest, type Row, type Table } from './report.ts';

/** Contracts for services, in the order of time. */
export class Contracts {
  readonly #rows: Row[] = [];

  add(seq: number, event: EventOf<'contract.signed'>): void {
    const { services, client, usd = null } = event.data;
    this.#rows.push({
      basis: basisOf(event),
      cells: {
        date: dayOf(event.timeMs),
        client,
        contingent: event.subject,
        services: services.join(', '),
        usd,
      },
      events: only(seq),
    });
  }

  table(): Table {
    return {
      id: 'contracts',
      title: 'Contracts',
      about: 'Contracts for services as they were signed. What a contract is worth is no revenue yet.',
      columns: [
        { id: 'date', title: 'Signed', kind: 'date' },
        { id: 'client', title: 'Client', kind: 'text' },
        { id: 'contingent', title: 'Contingent', kind: 'contingent' },
        { id: 'services', title: 'Services', kind: 'text' },
        { id: 'usd', title: 'Worth', kind: 'usd' },
      ],
      ...latest(this.#rows),
      chart: null,
    };
  }
}
