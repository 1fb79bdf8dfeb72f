import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import retry from 'p-retry';
import type { Running } from '../processes.ts';

/** What a service needs in its environment to tell what its heap holds. */
export function heapEnvironment(file: string): Readonly<Record<string, string>> {
  const report = fileURLToPath(new URL('./heap-report.mjs', import.meta.url));
  return { NODE_OPTIONS: `--import ${report}`, HEAP_REPORT: file };
}

/** What the heap of a service holds once all garbage is collected, in MB. */
export async function heldHeap(running: Running, file: string): Promise<number> {
  await rm(file, { force: true });
  await running.signal('SIGUSR2');
  const bytes = await retry(() => readFile(file, 'utf8'), { retries: 600, factor: 1, minTimeout: 100 });
  return Number(bytes) / 2 ** 20;
}
