import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { muster, type Running } from '../processes.ts';
import { HttpClient } from './http-client.ts';
import { conserved } from './soundness.ts';
import type { LineSummary } from './summary.ts';
import { residentMemory, type Watch } from './watch.ts';

interface Service {
  readonly running: Running;
  readonly port: number;
  /** What it holds once all garbage is collected, in MB. */
  readonly heap: () => Promise<number>;
}

interface Proved extends Service {
  readonly watch: Watch;
  readonly summary: LineSummary;
  readonly directory: string;
  /** Rolls that are exported and replayed, at most, spread over all of them: each takes seconds. */
  readonly replays: number;
  /** Starts another service on the same log. */
  readonly start: () => Promise<Service>;
}

/**
 * What a service may hold beyond a fresh one on the same log, once all garbage is collected, as a factor and in MB:
 * the newest 16 MiB of entries, the last updates of each roll, answers that are kept. All else it holds must be what
 * the log makes any service hold. What the process has in memory is more: garbage, and pages that are free again.
 */
const ROOM = { factor: 2, mb: 64 };

/**
 * Looks at the end whether the service holds what the log says: each roll against the fold of a service that is
 * started anew on the same log, some against the replay of their export; and that its memory is what that of the
 * fresh one is, within some room.
 */
export async function proveLog(proved: Proved, rolls: readonly string[]): Promise<void> {
  const { running, port, heap, watch, summary, start, replays } = proved;
  const before = await digests(port, rolls, summary);
  const step = Math.ceil(rolls.length / replays);
  for (const name of rolls.filter((_, index) => index % step === 0)) await replayed(proved, name);
  await watch.end();
  const held = await heap();
  summary.heap.push(held);
  summary.memory.push(await residentMemory(running));
  await running.signal('SIGTERM');
  const { code, signal } = await running.ended;
  if (code !== 0) summary.fault(`SIGTERM ended the service with ${code ?? signal}`);

  const fresh = await start();
  const after = await digests(fresh.port, rolls, newCounts(summary));
  summary.freshHeap = await fresh.heap();
  await fresh.running.signal('SIGKILL');
  for (const [name, digest] of before) {
    if (digest !== after.get(name)) summary.fault(`${name} is another after a restart`);
  }
  const most = ROOM.factor * summary.freshHeap + ROOM.mb;
  if (held > most) summary.fault(`heap: ${held} MB, a fresh service holds ${summary.freshHeap} MB`);
}

type Counted = Pick<LineSummary, 'rolls' | 'logged' | 'accepted' | 'refused' | 'fault'>;

const newCounts = ({ fault }: LineSummary): Counted => ({
  ...{ rolls: 0, logged: 0, accepted: 0, refused: 0 },
  fault: (problem) => fault(`after a restart, ${problem}`),
});

/** What each roll's document says, as a digest; counts what is in them. */
async function digests(
  port: number,
  rolls: readonly string[],
  counted: Counted,
): Promise<Map<string, string>> {
  const client = new HttpClient(port);
  const found = new Map<string, string>();
  for (const name of rolls) {
    const { status, body } = await client.ask({ method: 'GET', path: pathOf(name) });
    if (status === 404) continue; // nothing that was sent to it was taken
    found.set(name, createHash('sha256').update(body).digest('hex'));
    try {
      const { seq, counts } = conserved(body);
      counted.rolls += 1;
      counted.logged += seq;
      counted.accepted += counts.accepted;
      counted.refused += counts.refused;
    } catch (error) {
      counted.fault(`${name}: ${String(error).slice(0, 1_000)}`);
    }
  }
  client.close();
  return found;
}

const pathOf = (name: string) => `/api/rolls/${name.replace('.', '/')}`;

/** Whether the log as it is exported gives the roll that the service has. */
async function replayed({ port, summary, directory }: Proved, name: string): Promise<void> {
  const client = new HttpClient(port);
  const { status, body } = await client.ask({ method: 'GET', path: pathOf(name) });
  client.close();
  if (status === 404) return;
  const [theatre = '', timeline = ''] = name.split('.');
  const file = join(directory, `${name}.jsonl`);
  const exported = await muster([
    'export',
    name,
    '--format',
    'jsonl',
    '--server',
    `http://127.0.0.1:${port}`,
  ]);
  await writeFile(file, exported.stdout);
  const again = await muster(['replay', file, '--json', '--theatre', theatre, '--timeline', timeline]);
  if (exported.code !== 0 || again.code !== 0) {
    summary.fault(
      `${name}: export ended with ${exported.code}, replay with ${again.code}: ${exported.stderr}${again.stderr}`,
    );
    return;
  }
  summary.replayed += 1;
  const [served, folded]: unknown[] = [JSON.parse(body), JSON.parse(again.stdout)];
  if (!isDeepStrictEqual(served, folded)) {
    summary.fault(`${name}: its export gives another roll: ${firstDifference(served, folded)}`);
  }
}

/** Where two documents differ first, for whoever looks into it. */
function firstDifference(one: unknown, other: unknown, path = '$'): string {
  if (typeof one === 'object' && typeof other === 'object' && one !== null && other !== null) {
    const others = new Map(Object.entries(other));
    for (const [key, value] of Object.entries(one)) {
      if (!isDeepStrictEqual(value, others.get(key)))
        return firstDifference(value, others.get(key), `${path}.${key}`);
    }
  }
  const short = (value: unknown) => JSON.stringify(value)?.slice(0, 300);
  return `${path}: ${short(one)} served, ${short(other)} replayed`;
}
