import { add, type Estimate, NOBODY } from '../../events/estimate.ts';
import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import type { ReadModel } from '../roll/fold.ts';
import type { ContingentState, Transition } from '../roll/outcome.ts';
import { perPathway } from './per-pathway.ts';

export interface PathwayStrength extends Estimate {
  readonly contingents: number;
}

export type Pathways = Readonly<Record<Pathway, PathwayStrength>>;

interface Total {
  low: number;
  best: number;
  high: number;
  contingents: number;
}

const none = (): Total => ({ low: 0, best: 0, high: 0, contingents: 0 });

/** What a distribution has summed up, as plain data. */
export interface DistributionDump {
  readonly losses: { readonly killed: number; readonly missing: number; readonly wounded: number };
  readonly unaccounted: number;
  readonly inflow: Estimate;
  readonly pathways: Pathways;
}

/** How many stand in each pathway, how many are lost, how many came in: O(1) per move. */
export class Distribution implements ReadModel {
  readonly losses = { killed: 0, missing: 0, wounded: 0 };
  unaccounted = 0;
  inflow: Estimate = NOBODY;
  readonly #totals = perPathway(none);

  apply({ event, moves }: Transition): void {
    if (event.type === 'contingent.deployed' || event.type === 'contingent.reinforced') {
      this.inflow = add(this.inflow, event.data.strength);
    }
    for (const { before, after } of moves) {
      if (before !== null) this.#count(before, -1);
      this.#count(after, 1);
      this.losses.killed += after.context.killed - (before?.context.killed ?? 0);
      this.losses.missing += after.context.missing - (before?.context.missing ?? 0);
      this.losses.wounded += after.context.wounded - (before?.context.wounded ?? 0);
      this.unaccounted += after.context.unaccounted - (before?.context.unaccounted ?? 0);
    }
  }

  /** Strength and number of contingents per pathway, all nine, as they stand now. */
  pathways(): Pathways {
    return perPathway((pathway) => ({ ...this.#totals[pathway] }));
  }

  /** inflow − (Σ strength + killed + missing + unaccounted), on best: 0, or heads were made or lost (DOMAIN 2). */
  get balance(): number {
    const present = PATHWAYS.reduce((sum, pathway) => sum + this.#totals[pathway].best, 0);
    return this.inflow.best - (present + this.losses.killed + this.losses.missing + this.unaccounted);
  }

  /** All that a checkpoint has to keep. */
  dump(): DistributionDump {
    const { losses, unaccounted, inflow } = this;
    return { losses: { ...losses }, unaccounted, inflow, pathways: this.pathways() };
  }

  static restore({ losses, unaccounted, inflow, pathways }: DistributionDump): Distribution {
    const distribution = new Distribution();
    Object.assign(distribution.losses, losses);
    distribution.unaccounted = unaccounted;
    distribution.inflow = inflow;
    for (const pathway of PATHWAYS) distribution.#totals[pathway] = { ...pathways[pathway] };
    return distribution;
  }

  #count({ value, context: { strength } }: ContingentState, sign: 1 | -1): void {
    const pathway = pathwayOf(value);
    if (pathway === null) return;
    const total = this.#totals[pathway];
    total.low += sign * strength.low;
    total.best += sign * strength.best;
    total.high += sign * strength.high;
    total.contingents += sign;
  }
}
