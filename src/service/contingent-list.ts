import { pathwayOf } from '../../machines/pathway.ts';
import { placeOf } from '../readmodels/place.ts';
import { contingentDocument } from '../readmodels/roll-document.ts';
import type { Provenance } from '../readmodels/transition-document.ts';
import type { Fold } from '../roll/fold.ts';
import type { ContingentState } from '../roll/outcome.ts';
import { eventsBehind } from './past-events.ts';
import type { RollFold, ServiceModel } from './roll-fold.ts';
import type { RollLog } from './roll-log.ts';
import type { ContingentItem, ContingentsQuery, SourcedPlace } from './service.ts';

/** The contingents of one roll in the order of their ids, sorted anew only when some were added. */
export class ContingentList {
  #sorted: { readonly fold: Fold<ServiceModel>; readonly all: string[]; readonly roots: string[] } | null =
    null;

  /** A page of contingents that fit a query, with the events behind them. */
  async page(roll: RollFold, log: RollLog, query: ContingentsQuery): Promise<readonly ContingentItem[]> {
    const { fold } = roll;
    const { history } = fold.readModel;
    const found: { id: string; state: ContingentState; last: number | null; since: number | null }[] = [];
    const candidates = query.only === undefined ? this.#candidates(fold, query.parent) : [query.only];
    for (const id of candidates) {
      if (found.length === query.limit) break;
      if (query.after !== undefined && id <= query.after) continue;
      const state = fold.contingents.get(id);
      if (state === undefined || !fits(state, query)) continue;
      const latest = history.latestOf(id);
      found.push({ id, state, last: latest?.seq ?? null, since: latest?.strengthSeq ?? null });
    }
    const wanted = found.flatMap(({ last, since }) => [last, since]).filter((seq) => seq !== null);
    const events = await eventsBehind(
      roll,
      log,
      [...new Set(wanted)].sort((a, b) => a - b),
    );
    return found.map(({ id, state, last, since }) => ({
      ...contingentDocument(id, state),
      place: placeOf(state),
      children: history.childrenOf(id).length,
      last: sourced(events, last),
      strengthFrom: sourced(events, since),
    }));
  }

  #candidates(fold: Fold<ServiceModel>, parent: string | null | undefined): readonly string[] {
    if (typeof parent === 'string') return [...fold.readModel.history.childrenOf(parent)].sort();
    const { fold: sortedFold, all } = this.#sorted ?? {};
    if (this.#sorted === null || sortedFold !== fold || all?.length !== fold.contingents.size) {
      const ids = [...fold.contingents.keys()].sort();
      const roots = ids.filter((id) => fold.contingents.get(id)?.context.parent === null);
      this.#sorted = { fold, all: ids, roots };
    }
    return parent === null ? this.#sorted.roots : this.#sorted.all;
  }
}

function fits({ value, context }: ContingentState, { pathway, having }: ContingentsQuery): boolean {
  return (
    (pathway === undefined || pathwayOf(value) === pathway) && (having === undefined || context[having] !== 0)
  );
}

function sourced(events: ReadonlyMap<number, Provenance>, seq: number | null): SourcedPlace | null {
  const event = seq === null ? undefined : events.get(seq);
  return seq === null || event === undefined ? null : { seq, event };
}
