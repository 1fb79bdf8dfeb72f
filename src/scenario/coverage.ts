import { catalogue, type EventType } from '../../events/catalogue.ts';
import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';
import { pathwayByState, pathwayOf } from '../../machines/pathway.ts';
import { REPORT_NAMES, type ReportName } from '../readmodels/reports/catalogue.ts';
import type { Outcome } from './rehearsal.ts';

/** What a timeline makes use of, in the order of DOMAIN and of the catalogues. */
export interface Coverage {
  readonly pathways: readonly Pathway[];
  /** Dotted names of the contingent's states. */
  readonly states: readonly string[];
  readonly types: readonly EventType[];
  /** The reports that have something to say of it. */
  readonly reports: readonly ReportName[];
}

/** Everything there is to cover. A contingent that is not on the roll yet is in no state. */
export const EVERYTHING: Coverage = {
  pathways: PATHWAYS,
  states: [...pathwayByState.keys()].filter((state) => state !== 'absent'),
  types: catalogue.map(({ type }) => type),
  reports: REPORT_NAMES,
};

export const NOTHING: Coverage = { pathways: [], states: [], types: [], reports: [] };

/** Collects what accepted events reach, as they are appended: what a correction takes back was reached all the same. */
export class CoverageCount {
  readonly #states = new Set<string>();
  readonly #types = new Set<string>();

  count(type: string, outcome: Outcome): void {
    if (outcome.kind !== 'accepted') return;
    this.#types.add(type);
    for (const { after } of outcome.transition?.moves ?? []) this.#states.add(after.value);
  }

  get coverage(): Omit<Coverage, 'reports'> {
    const pathways = new Set([...this.#states].map(pathwayOf));
    return {
      pathways: EVERYTHING.pathways.filter((pathway) => pathways.has(pathway)),
      states: EVERYTHING.states.filter((state) => this.#states.has(state)),
      types: EVERYTHING.types.filter((type) => this.#types.has(type)),
    };
  }
}

/** What several timelines cover together. */
export function together(coverages: readonly Coverage[]): Coverage {
  return {
    pathways: EVERYTHING.pathways.filter((it) => coverages.some(({ pathways }) => pathways.includes(it))),
    states: EVERYTHING.states.filter((it) => coverages.some(({ states }) => states.includes(it))),
    types: EVERYTHING.types.filter((it) => coverages.some(({ types }) => types.includes(it))),
    reports: EVERYTHING.reports.filter((it) => coverages.some(({ reports }) => reports.includes(it))),
  };
}

/** What there is and a coverage has not. */
export function missingFrom({ pathways, states, types, reports }: Coverage): Coverage {
  return {
    pathways: EVERYTHING.pathways.filter((it) => !pathways.includes(it)),
    states: EVERYTHING.states.filter((it) => !states.includes(it)),
    types: EVERYTHING.types.filter((it) => !types.includes(it)),
    reports: EVERYTHING.reports.filter((it) => !reports.includes(it)),
  };
}
