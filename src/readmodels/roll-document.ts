import type { Estimate } from '../../events/estimate.ts';
import type { Pathway } from '../../events/vocabulary.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import type { Phase } from '../../machines/phase.ts';
import type { Fold, ReadModel } from '../roll/fold.ts';
import type { ContingentState, Refusal, Transition } from '../roll/outcome.ts';
import { Distribution, type Pathways } from './distribution.ts';
import { type Flow, Flows } from './flows.ts';
import { MACHINE_VERSION } from './machine-version.ts';

/** The distribution document of DESIGN 8: what a dashboard subscribes to. */
export interface DistributionDocument {
  readonly theatre: string | null;
  readonly timeline: string | null;
  readonly seq: number;
  readonly time: string | null;
  readonly machineVersion: string;
  readonly phase: Phase;
  readonly pathways: Pathways;
  readonly losses: { readonly killed: number; readonly missing: number; readonly wounded: number };
  readonly unaccounted: number;
  readonly inflow: Estimate;
  readonly balance: number;
  readonly counts: {
    readonly accepted: number;
    readonly refused: number;
    readonly duplicates: number;
    readonly retracted: number;
  };
}

/** The distribution of a roll that a service keeps, which says on what it rests. */
export interface RollDistribution extends DistributionDocument {
  /** Hypothetical as soon as a what-if counts in it, else as the roll was opened; null for one that is unannounced. */
  readonly basis: 'reported' | 'assessed' | 'hypothetical' | null;
}

export interface ContingentDocument {
  readonly id: string;
  readonly state: string;
  readonly pathway: Pathway | null;
  readonly strength: Estimate;
  readonly killed: number;
  readonly missing: number;
  readonly wounded: number;
  readonly unaccounted: number;
  readonly parent: string | null;
  readonly reliability: 'reliable' | 'mixed' | 'suspect';
}

/** The roll document of DESIGN 8. */
export interface RollDocument extends DistributionDocument {
  readonly contingents: readonly ContingentDocument[];
  readonly flows: readonly Flow[];
  readonly refusals: readonly Refusal[];
}

/** The read models that the roll document is made of. */
export class RollModel implements ReadModel {
  readonly distribution: Distribution;
  readonly flows: Flows;

  constructor(distribution = new Distribution(), flows = new Flows()) {
    this.distribution = distribution;
    this.flows = flows;
  }

  apply(transition: Transition): void {
    this.distribution.apply(transition);
    this.flows.apply(transition);
  }

  /** A copy that goes its own way. */
  fork(): RollModel {
    return new RollModel(Distribution.restore(this.distribution.dump()), Flows.restore(this.flows.dump()));
  }
}

/** Where a document belongs; null for a bare file. */
export interface DocumentHome {
  readonly theatre: string | null;
  readonly timeline: string | null;
}

/** Builds the distribution document; `seq` is the length of the log that was folded. */
export function distributionDocument(
  home: DocumentHome,
  seq: number,
  fold: Fold<RollModel>,
): DistributionDocument {
  const { distribution } = fold.readModel;
  return {
    theatre: home.theatre,
    timeline: home.timeline,
    seq,
    time: fold.time,
    machineVersion: MACHINE_VERSION,
    phase: fold.phase,
    pathways: distribution.pathways(),
    losses: { ...distribution.losses },
    unaccounted: distribution.unaccounted,
    inflow: distribution.inflow,
    balance: distribution.balance,
    counts: { ...fold.counts },
  };
}

/** Builds the roll document: the distribution, then every contingent, flow and refusal. */
export function rollDocument(home: DocumentHome, seq: number, fold: Fold<RollModel>): RollDocument {
  return {
    ...distributionDocument(home, seq, fold),
    contingents: [...fold.contingents]
      .map(([id, state]) => contingentDocument(id, state))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    flows: fold.readModel.flows.list(),
    refusals: fold.refusals,
  };
}

/** One contingent as the roll document shows it. */
export function contingentDocument(id: string, { value, context }: ContingentState): ContingentDocument {
  const { strength, killed, missing, wounded, unaccounted, parent, reliability } = context;
  return {
    id,
    state: value,
    pathway: pathwayOf(value),
    strength,
    killed,
    missing,
    wounded,
    unaccounted,
    parent,
    reliability,
  };
}
