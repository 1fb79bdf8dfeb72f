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
    return sharesText(await profileIn(directory), sizes.followed);
  } finally {
    await server.discard();
  }
}

async function profileIn(directory: string): Promise<Profile> {
  const file = (await readdir(directory)).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`there is no profile in ${directory}`);
  return profileSchema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
}

function sharesText(profile: Profile, events: number): string {
  const shares = sharesOf(profile);
  const total = [...shares.values()].reduce((sum, one) => sum + one, 0);
  const rows = [...shares].sort(([, one], [, other]) => other - one);
  const width = Math.max(...rows.map(([part]) => part.length));
  const lines = rows.map(([part, microseconds]) => {
    const share = ((100 * microseconds) / total).toFixed(1).padStart(5);
    return `${part.padEnd(width)}  ${share} %  ${(microseconds / events).toFixed(2).padStart(7)} µs an event`;
  });
  return [`${events} events followed, ${(total / 1e6).toFixed(1)} s`, ...lines].join('\n');
}
