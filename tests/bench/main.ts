// npm run bench: how fast Muster is, each figure beside what limits it. See --help.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serverVersion } from '../../src/log/local-server.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import type { Figure } from './figures/figure.ts';
import { figures } from './figures.ts';
import { plot } from './plot.ts';
import { profileFollower } from './profile-follower.ts';
import type { Curve, Line, Results } from './result.ts';
import { FULL, QUICK } from './sizes.ts';
import { resultText } from './table.ts';

const usage = `npm run bench -- [options]

  --json FILE        the results as JSON, also
  --plot FILE        how cost grows, as SVG
  --only NAME,…      these figures alone: ${figures.map(({ name }) => name).join(', ')}
  --quick            little work: shows that it works, not how fast it is
  --profile follower where the follower's time goes, instead of all this
`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    plot: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const wanted = values.only?.split(',') ?? figures.map(({ name }) => name);
const unknown = wanted.filter((name) => figures.every((figure) => figure.name !== name));
if (values.help || unknown.length > 0 || (values.profile ?? 'follower') !== 'follower') {
  process.stderr.write(values.help ? usage : `${unknown.join(', ')}: no such figure\n\n${usage}`);
  process.exit(values.help ? 0 : 2);
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const current = currentServer();
const binary = 'missing' in current ? 'nats-server' : current.binary;
const natsServer = serverVersion(binary);
if ('missing' in current) say(`${current.missing}: without atomic batches`);

const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
const sizes = values.quick ? QUICK : FULL;
try {
  if (values.profile === undefined) await bench();
  else process.stdout.write(`${await profileFollower(binary, directory, sizes)}\n`);
} finally {
  await rm(directory, { recursive: true });
}

async function bench(): Promise<void> {
  const begun = performance.now();
  const lines: Line[] = [];
  const curves: Curve[] = [];
  const due = figures.filter(({ name }) => wanted.includes(name));
  let left = due.reduce((sum, figure) => sum + figure.seconds, 0);
  for (const figure of due) {
    say(`${figure.name}${values.quick ? '' : `, about ${left} s left`}`);
    const measured = await measure(figure);
    lines.push(...(measured.lines ?? []));
    curves.push(...(measured.curves ?? []));
    left -= figure.seconds;
  }
  const results: Results = {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      natsServer,
    },
    runs: sizes.runs,
    isQuick: values.quick,
    lines,
    curves,
    seconds: Math.round((performance.now() - begun) / 1_000),
  };
  process.stdout.write(`${resultText(results)}\n`);
  if (values.plot !== undefined) await writeFile(values.plot, plot(curves));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

async function measure(figure: Figure) {
  const servers: ThrowawayServer[] = [];
  const startServer = async () => {
    const server = await startThrowawayServer(binary);
    servers.push(server);
    return server;
  };
  try {
    return await figure.measure({ sizes, startServer, isAtomic: !('missing' in current), directory });
  } finally {
    for (const server of servers) await server.discard();
  }
}
