import { z } from 'zod';

const lineSchema = z.object({
  figure: z.string(),
  unit: z.string(),
  ours: z.number(),
  /** What it is compared with, and how that did in the same run. */
  beside: z.string(),
  limit: z.number(),
  /** Ours by the limit. */
  ratio: z.number(),
  target: z.object({
    /** Whether the ratio counts, or our figure as it is. */
    of: z.enum(['ratio', 'ours']),
    bound: z.enum(['least', 'most']),
    value: z.number(),
  }),
  isReached: z.boolean(),
});

const pointSchema = z.object({ x: z.number(), y: z.number() });

const curveSchema = z.object({
  name: z.string(),
  /** What grows, and what it costs. */
  x: z.string(),
  y: z.string(),
  points: z.array(pointSchema),
});

/** What a run of the bench came to, as `--json` writes it. */
export const resultsSchema = z.object({
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    node: z.string(),
    natsServer: z.string(),
  }),
  /** How many runs the medians are of. */
  runs: z.number(),
  /** Little work was done: the figures say nothing. */
  isQuick: z.boolean(),
  lines: z.array(lineSchema),
  curves: z.array(curveSchema),
  seconds: z.number(),
});

export type Line = z.infer<typeof lineSchema>;
export type Curve = z.infer<typeof curveSchema>;
export type Results = z.infer<typeof resultsSchema>;

/** A figure beside its limit, both in the unit given. */
export function line(
  about: Pick<Line, 'figure' | 'unit' | 'beside'>,
  ours: number,
  limit: number,
  target: Line['target'],
): Line {
  const ratio = ours / limit;
  const counted = target.of === 'ratio' ? ratio : ours;
  const isReached = target.bound === 'least' ? counted >= target.value : counted <= target.value;
  return { ...about, ours, limit, ratio, target, isReached };
}

export const atLeast = (value: number): Line['target'] => ({ of: 'ratio', bound: 'least', value });
export const atMost = (value: number): Line['target'] => ({ of: 'ratio', bound: 'most', value });
