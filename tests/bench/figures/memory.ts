import { startScript } from '../commands.ts';
import { median } from '../measure.ts';
import { atMost, line } from '../result.ts';
import type { Bench, Figure } from './figure.ts';

/** What the contingents of a roll take in memory, in a process of its own each time. */
export const memory: Figure = {
  name: 'memory',
  seconds: 25,
  async measure({ sizes }: Bench) {
    const [own, plain]: [number[], number[]] = [[], []];
    for (let run = 0; run < sizes.runs; run++) {
      own.push(await bytesOf('ours', sizes.kept));
      plain.push(await bytesOf('plain', sizes.kept));
    }
    const about = {
      figure: `memory per contingent, of ${sizes.kept}`,
      unit: 'bytes',
      beside: 'plain objects with the same fields',
    };
    return { lines: [line(about, median(own), median(plain), atMost(1.5))] };
  },
};

async function bytesOf(whose: 'ours' | 'plain', count: number): Promise<number> {
  const { ended } = startScript('memory-process.js', [whose, count], ['--expose-gc']);
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(stderr);
  return Number(stdout);
}
