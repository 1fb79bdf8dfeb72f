import type { Figure } from './figures/figure.ts';
import { follower } from './figures/follower.ts';
import { growth } from './figures/growth.ts';
import { ingest } from './figures/ingest.ts';
import { kernel } from './figures/kernel.ts';
import { latency } from './figures/latency.ts';
import { memory } from './figures/memory.ts';
import { replay } from './figures/replay.ts';
import { rivals } from './figures/rivals.ts';
import { start } from './figures/start.ts';

/** Everything that the bench measures, in the order of its table. */
export const figures: readonly Figure[] = [
  ...[kernel, follower, ingest, replay, latency, memory, rivals, start, growth],
];
