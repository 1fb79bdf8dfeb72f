/** A piece of work to be timed. */
export interface Run {
  /** Done before the clock runs. */
  readonly prepare?: () => Promise<unknown> | unknown;
  readonly work: () => Promise<unknown> | unknown;
}

/**
 * How long pieces of work take, in milliseconds: of each the median of `times` runs, in their order. They take turns,
 * so that what else the machine does meets all alike. Before that each is done once, unmeasured.
 */
export async function interleaved(times: number, runs: readonly Run[]): Promise<number[]> {
  for (const run of runs) await timed(run);
  const took: number[][] = runs.map(() => []);
  for (let time = 0; time < times; time++) {
    for (const [index, run] of runs.entries()) took[index]?.push(await timed(run));
  }
  return took.map(median);
}

/** Milliseconds that a piece of work takes this once. */
export async function timed({ prepare, work }: Run): Promise<number> {
  await prepare?.();
  globalThis.gc?.();
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which that share of them lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
