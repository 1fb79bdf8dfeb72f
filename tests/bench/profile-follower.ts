import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { startThrowawayServer } from '../support/nats-server.ts';
import { startScript } from './commands.ts';
import type { Sizes } from './figures/figure.ts';
import { type Profile, profileSchema, sharesOf } from './profile.ts';
import { newRoll, publishBare } from './rolls.ts';
import { written } from './work.ts';

/** Follows a long roll in a process of its own and tells what its processor time went into, as a table. */
export async function profileFollower(binary: string, directory: string, sizes: Sizes): Promise<string> {
  const server = await startThrowawayServer(binary);
  try {
    const connection = await server.connect();
    const log = await openJetStreamLog(connection);
    const roll = newRoll('profiled');
    const events = [...written({ events: sizes.followed, contingents: sizes.contingents })];
    await publishBare(connection, true, roll, events);
    await log.close();
    const sampling = ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-interval=500'];
    const args = [server.url, roll.timeline, sizes.followed];
    const { code, stderr } = await startScript('follow-process.js', args, sampling).ended;
    if (code !== 0) throw new Error(stderr);
    return sharesText(await profilesIn(directory), sizes.followed);
  } finally {
    await server.discard();
  }
}

/** The main thread's profile, and those of the threads that folded. */
async function profilesIn(directory: string): Promise<{ main: Profile; threads: readonly Profile[] }> {
  const main: Profile[] = [];
  const threads: Profile[] = [];
  for (const file of await readdir(directory)) {
    const [, thread] = /^CPU\.\d+\.\d+\.\d+\.(\d+)\.\d+\.cpuprofile$/.exec(file) ?? [];
    if (thread === undefined) continue;
    const profile = profileSchema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
    (thread === '0' ? main : threads).push(profile);
  }
  const [only] = main;
  if (only === undefined) throw new Error(`there is no profile in ${directory}`);
  return { main: only, threads };
}

function sharesText(
  { main, threads }: { readonly main: Profile; readonly threads: readonly Profile[] },
  events: number,
): string {
  const here = sharesOf(main);
  const there = new Map<string, number>();
  for (const thread of threads) {
    for (const [part, microseconds] of sharesOf(thread)) {
      there.set(part, (there.get(part) ?? 0) + microseconds);
    }
  }
  const parts = [...new Set([...here.keys(), ...there.keys()])];
  const both = (part: string) => (here.get(part) ?? 0) + (there.get(part) ?? 0);
  const table = [
    ['µs an event', 'main thread', 'folding thread'],
    ...parts
      .sort((one, other) => both(other) - both(one))
      .map((part) => [part, ...[here, there].map((shares) => perEvent(shares.get(part) ?? 0, events))]),
  ];
  const width = Math.max(...table.map(([part = '']) => part.length));
  const lines = table.map(([part = '', ...cells]) =>
    [part.padEnd(width), ...cells.map((cell) => cell.padStart(16))].join(''),
  );
  const total = [...here.values()].reduce((sum, one) => sum + one, 0);
  return [`${events} events followed, ${(total / 1e6).toFixed(1)} s`, ...lines].join('\n');
}

const perEvent = (microseconds: number, events: number) => (microseconds / events).toFixed(2);
