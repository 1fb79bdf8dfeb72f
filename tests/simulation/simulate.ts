import { createHash } from 'node:crypto';
import { ourReference } from '../../src/service/reference.ts';
import type { Fault } from '../torture/summary.ts';
import { runSchedule } from './schedule.ts';
import type { Planted } from './world.ts';

export interface SimulationOptions {
  /** The seed of the first schedule; each has the one after. So `{ seed, schedules: 1 }` runs a single one again. */
  readonly seed: number;
  readonly schedules: number;
  readonly log: (text: string) => void;
  /** A bug put in on purpose; the first schedule that shows it is the last then. */
  readonly planted?: Planted;
}

export interface SimulationSummary {
  readonly seed: number;
  readonly schedules: number;
  /** Things that happened, one after another. */
  readonly steps: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly acknowledged: number;
  readonly virtualSeconds: number;
  readonly seconds: number;
  readonly faults: readonly (Fault & { readonly seed: number })[];
  /** SHA-256 of all that came about: the same for the same options. */
  readonly digest: string;
}

/**
 * Runs the service's own logic (submitting, following, leases, outputs) in a world where clock, log, outputs, leases
 * and network are fakes that do only what a seed draws, and checks after each schedule what must always hold.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationSummary> {
  const { seed, schedules, log, planted = null } = options;
  const reference = await ourReference();
  const begun = performance.now();
  const digest = createHash('sha256');
  const faults: (Fault & { readonly seed: number })[] = [];
  const sum = { schedules: 0, steps: 0, crashes: 0, pauses: 0, acknowledged: 0, virtualSeconds: 0 };
  for (let index = 0; index < schedules; index++) {
    const result = await runSchedule(seed + index, planted, reference);
    digest.update(result.fingerprint);
    sum.schedules += 1;
    sum.steps += result.steps;
    sum.crashes += result.crashes;
    sum.pauses += result.pauses;
    sum.acknowledged += result.acknowledged;
    sum.virtualSeconds += result.ms / 1_000;
    for (const fault of result.faults) {
      faults.push({ ...fault, seed: seed + index });
      log(`seed ${seed + index}: ${fault.kind}: ${fault.message}`);
    }
    if (planted !== null && faults.length > 0) break;
  }
  const seconds = (performance.now() - begun) / 1_000;
  return { seed, ...sum, seconds, faults, digest: digest.digest('hex') };
}
