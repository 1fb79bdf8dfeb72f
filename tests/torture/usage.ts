import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What Linux counts a process's time in. */
const TICKS_A_SECOND = 100;
const SAMPLE_MS = 1_000;

/** Bytes of memory that a process has. */
export async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** Seconds of a processor's time that a process has used. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return (user + system) / TICKS_A_SECOND;
}

/** The memory of a process, every second for so long. */
export async function rssFor(pid: number, ms: number): Promise<readonly number[]> {
  const rss: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end; await delay(SAMPLE_MS)) {
    rss.push(await rssOf(pid));
  }
  return rss;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`;
