import type { DataOf } from '../events/catalogue.ts';
import { type Estimate, NOBODY } from '../events/estimate.ts';

/** What a contingent is and where it stands: a payload that names one of these overwrites it (DOMAIN 3). */
export interface Standing {
  readonly kind: DataOf<'contingent.deployed'>['kind'] | null;
  readonly origin: string | null;
  readonly background: string | null;
  readonly reliability: 'reliable' | 'mixed' | 'suspect';
  readonly area: string | null;
  readonly territory: DataOf<'contingent.garrisoned'>['territory'] | null;
  readonly role: DataOf<'contingent.garrisoned'>['role'] | null;
  readonly region: string | null;
  readonly country: string | null;
  readonly status: DataOf<'contingent.integrated'>['status'] | null;
  readonly hostUnit: string | null;
  readonly leadership: DataOf<'contingent.leadership-changed'>['leadership'] | null;
  readonly company: string | null;
  readonly sponsor: string | null;
  readonly host: string | null;
}

/** What a contingent has lost, in persons, since it came on the roll. The wounded stay on strength. */
export interface Losses {
  readonly killed: number;
  readonly missing: number;
  readonly wounded: number;
  /** Persons that reassessments found missing from the ledger; negative when they found more. */
  readonly unaccounted: number;
}

export interface ContingentContext extends Standing, Losses {
  readonly strength: Estimate;
  /** The contingent that this one was detached from. */
  readonly parent: string | null;
}

const NO_LOSSES: Losses = { killed: 0, missing: 0, wounded: 0, unaccounted: 0 };

/** The context before a contingent is on the roll. */
export const NO_CONTINGENT: ContingentContext = {
  strength: NOBODY,
  ...NO_LOSSES,
  parent: null,
  kind: null,
  origin: null,
  background: null,
  reliability: 'mixed',
  area: null,
  territory: null,
  role: null,
  region: null,
  country: null,
  status: null,
  hostUnit: null,
  leadership: null,
  company: null,
  sponsor: null,
  host: null,
};

/** The context of a part that leaves its contingent: the whole's standing, its own strength, counters at 0 (DOMAIN 4). */
export function partOf(
  parent: string,
  whole: ContingentContext,
  { strength, background, reliability }: DataOf<'contingent.detached'>['detachment'],
): ContingentContext {
  return {
    ...whole,
    ...NO_LOSSES,
    parent,
    strength,
    background: background ?? whole.background,
    reliability: reliability ?? whole.reliability,
  };
}
