import type { RollDocument } from '../../src/readmodels/roll-document.ts';

/** Every person (best) that a roll accounts for, present or lost. */
export function headsOn({ contingents, losses, unaccounted }: RollDocument): number {
  const present = contingents.reduce((sum, { strength }) => sum + strength.best, 0);
  return present + losses.killed + losses.missing + unaccounted;
}

/** What two rolls may differ in that hold the same facts by other logs: how long those are and what they count. */
export const APART_FROM_LOG = { seq: 0, counts: {} };
