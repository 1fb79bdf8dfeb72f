// node tests/support/run-ts.mjs tests/torture/fuzz/main.ts [--seed N] [--inputs N] [--jobs N]
// [--only embedded|2.9.10|…] [--from BLOCK]: hostile input, and what it broke.
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { summaryText } from './summary.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    seed: { type: 'string' },
    inputs: { type: 'string', default: '1000000' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string' },
    from: { type: 'string', default: '1' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const say = (text: string) => process.stderr.write(`${text}\n`);
say(`seed ${seed}`);
const summary = await fuzz({
  ...{ seed, inputs: Number(values.inputs), jobs: Number(values.jobs), only: values.only },
  firstBlock: Number(values.from),
  log: say,
});
process.stdout.write(`${summaryText(summary)}\n`);
process.exit(summary.lines.some(({ faults }) => faults.length > 0) ? 1 : 0);
