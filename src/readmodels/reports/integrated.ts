import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { placeOf } from '../place.ts';
import type { Table } from './report.ts';
import { stayTable } from './stay-table.ts';
import { Stays } from './stays.ts';

/** Contingents in Russian units, and those sent on from there to proxy conflicts (S40, S41, S48). */
export class Integrated {
  readonly #serving = new Stays(({ value }) =>
    pathwayOf(value) === 'integrated' ? 'integrated' : undefined,
  );
  readonly #proxies = new Stays((state) =>
    state.value === 'integrated.proxyDeployed' ? (placeOf(state) ?? '') : undefined,
  );

  apply(transition: Transition): void {
    this.#serving.apply(transition);
    this.#proxies.apply(transition);
  }

  tables(untilMs: number): readonly Table[] {
    return [
      stayTable(
        {
          id: 'integrated',
          title: 'In Russian units',
          about: 'How long each contingent has been part of the Russian forces, proxy deployments among it.',
        },
        this.#serving.list(untilMs),
        [
          { id: 'place', title: 'Place', kind: 'place' },
          { id: 'status', title: 'Status', kind: 'text' },
          { id: 'hostUnit', title: 'Host unit', kind: 'text' },
        ],
        (state) => ({
          place: placeOf(state),
          status: state.context.status,
          hostUnit: state.context.hostUnit,
        }),
      ),
      stayTable(
        {
          id: 'proxies',
          title: 'Proxy deployments',
          about:
            'Contingents sent from Russian units to proxy conflicts (contingent.dispatched, contingent.recalled).',
        },
        this.#proxies.list(untilMs),
        [{ id: 'place', title: 'Place', kind: 'place' }],
        (state) => ({ place: placeOf(state) }),
      ),
    ];
  }
}
