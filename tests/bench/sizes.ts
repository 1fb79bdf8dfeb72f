import type { Sizes } from './figures/figure.ts';

export const FULL: Sizes = {
  runs: 5,
  starts: 11,
  steps: 10_000,
  followed: 100_000,
  ingested: 20_000,
  replayed: 50_000,
  contingents: 1_000,
  kept: 100_000,
  rivals: 20_000,
  latencySeconds: 2,
  logLengths: [10_000, 100_000, 1_000_000],
  rollSizes: [100, 10_000, 100_000],
  readers: [1, 100, 1_000],
};

export const QUICK: Sizes = {
  runs: 1,
  starts: 1,
  steps: 200,
  followed: 1_000,
  ingested: 600,
  replayed: 500,
  contingents: 20,
  kept: 500,
  rivals: 500,
  latencySeconds: 0.2,
  logLengths: [100, 200, 400],
  rollSizes: [10, 20, 40],
  readers: [1, 2],
};
