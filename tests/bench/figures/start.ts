import { spawnSync } from 'node:child_process';
import { musterMain } from '../commands.ts';
import { interleaved } from '../measure.ts';
import { atMost, line } from '../result.ts';
import type { Bench, Figure } from './figure.ts';

/** A command from its call to its end. */
export const start: Figure = {
  name: 'start',
  seconds: 10,
  async measure({ sizes }: Bench) {
    const [own = 0, bare = 0] = await interleaved(sizes.starts, [
      { work: () => run([musterMain, 'replay', 'record']) },
      { work: () => run(['-e', '0']) },
    ]);
    const about = { figure: '`muster replay record`, wall time', unit: 'ms', beside: '`node -e 0`' };
    return { lines: [line(about, own, bare, atMost(4))] };
  },
};

function run(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(stderr.toString());
}
