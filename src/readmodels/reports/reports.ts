import type { Fold, ReadModel } from '../../roll/fold.ts';
import type { Transition } from '../../roll/outcome.ts';
import { MACHINE_VERSION } from '../machine-version.ts';
import type { DocumentHome } from '../roll-document.ts';
import { REPORTS, type ReportName } from './catalogue.ts';
import type { ReportReference } from './reference.ts';
import type { ReportModel, Settings, Table } from './report.ts';
import { Roster } from './roster.ts';

/** A report about a roll, for people and machines alike. */
export interface ReportDocument {
  readonly report: ReportName;
  readonly title: string;
  readonly question: string;
  readonly theatre: string | null;
  readonly timeline: string | null;
  /** The length of the log that was folded. */
  readonly seq: number;
  /** The latest accepted fact, as written; null before the first. */
  readonly time: string | null;
  /** Up to when durations were counted; null before the first fact. */
  readonly until: string | null;
  readonly machineVersion: string;
  /** Whether a what-if counts in it. */
  readonly isHypothetical: boolean;
  readonly settings: Settings;
  readonly tables: readonly Table[];
}

/** All the reports of a roll, or those that are asked for. Made for a fold in the order of time (an as-of view). */
export class Reports implements ReadModel {
  readonly #roster = new Roster();
  readonly #models: ReadonlyMap<ReportName, ReportModel>;

  constructor(names: readonly ReportName[], reference: ReportReference) {
    this.#models = new Map(names.map((name) => [name, REPORTS[name].create(reference)]));
  }

  apply(transition: Transition): void {
    for (const model of this.#models.values()) model.apply(transition, this.#roster);
    this.#roster.apply(transition);
  }

  /** One of the reports that this was made for; `asOfMs` is the day asked for, if any. */
  document(
    name: ReportName,
    home: DocumentHome,
    { length, fold }: { readonly length: number; readonly fold: Fold<Reports> },
    settings: Settings,
    asOfMs?: number,
  ): ReportDocument {
    const model = this.#models.get(name);
    if (model === undefined) throw new Error(`The fold has no report ${name}`);
    const untilMs = asOfMs ?? (fold.time === null ? null : Date.parse(fold.time));
    return {
      report: name,
      title: REPORTS[name].title,
      question: REPORTS[name].question,
      theatre: home.theatre,
      timeline: home.timeline,
      seq: length,
      time: fold.time,
      until: untilMs === null ? null : new Date(untilMs).toISOString(),
      machineVersion: MACHINE_VERSION,
      isHypothetical: fold.isHypothetical,
      settings,
      tables: untilMs === null ? [] : model.tables({ untilMs, settings }, this.#roster),
    };
  }
}
