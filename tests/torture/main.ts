// npm run torture: breaks Muster in every way that a machine room has, and counts what was lost. See --help.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { serverVersion } from '../../src/log/local-server.ts';
import { currentServer } from '../support/nats-server.ts';
import { runScenario, scenarios, tallyFor } from './run.ts';
import type { ServerLine } from './scenarios/scenario.ts';
import { durationText, summaryJson, summaryText, type Tally } from './summary.ts';

const usage = `npm run torture -- [options]

  --seed N         draws the moments of every kill; default: one that is drawn and printed
  --rounds N       rounds of each scenario (50)
  --only NAME,…    these scenarios alone
  --server LINE    old (nats-server on PATH), current (NATS_SERVER_CURRENT), or both (default)
  --lease S        the lease of services over NATS, in seconds; zombies are paused for longer (2)
  --jobs N         of the kills and zombies, which mostly wait, so many at the same time (2)
  --seconds, --rate, --readers N
                   of the load: how long, events a second, event streams (300, 1000, 500)
  --json FILE      the summary as JSON, also

${scenarios.map(({ name, about }) => `  ${name.padEnd(22)} ${about}`).join('\n')}
`;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '50' },
    facts: { type: 'string', default: '60' },
    only: { type: 'string' },
    server: { type: 'string', default: 'both' },
    lease: { type: 'string', default: '2' },
    jobs: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '300' },
    rate: { type: 'string', default: '1000' },
    readers: { type: 'string', default: '500' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const settings = {
  seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed),
  rounds: Number(values.rounds),
  leaseSeconds: Number(values.lease),
  facts: Number(values.facts),
  seconds: Number(values.seconds),
  rate: Number(values.rate),
  readers: Number(values.readers),
};
const wanted = values.only?.split(',') ?? scenarios.map(({ name }) => name);
const unknown = wanted.filter((name) => scenarios.every((scenario) => scenario.name !== name));
const jobs = Number(values.jobs);
const isServerKnown = ['old', 'current', 'both'].includes(values.server);
const areNumbers = jobs >= 1 && Object.values(settings).every((value) => value >= 0);
if (unknown.length > 0 || !areNumbers || !isServerKnown) {
  const problems = [
    ...unknown.map((name) => `${name} is no scenario`),
    ...(isServerKnown ? [] : [`--server ${values.server}: expected old, current or both`]),
    ...(areNumbers ? [] : ['an option is no number']),
  ];
  process.stderr.write(`${problems.join('\n')}\n\n${usage}`);
  process.exit(2);
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const lines = serverLines();
const runs = scenarios
  .filter(({ name }) => wanted.includes(name))
  .flatMap((scenario) => (scenario.lines === null ? [null] : lines).map((line) => ({ scenario, line })));
if (runs.length === 0) {
  say('nothing to run: no server of that line is here');
  process.exit(2);
}
const [patient, others] = [
  runs.filter(({ scenario }) => scenario.isPatient),
  runs.filter(({ scenario }) => !scenario.isPatient),
];
say(`seed ${settings.seed}`);
say(`${settings.rounds} rounds of each:`);
for (const { scenario, line } of [...patient, ...others]) {
  say(`  ${scenario.name}, ${line?.version ?? 'embedded'}: ${scenario.about}`);
}

const begunMs = performance.now();
const tallies = new Map<(typeof runs)[number], Tally>();
let done = 0;
const run = async (one: (typeof runs)[number]) => {
  const tally = tallyFor(one.scenario, one.line);
  tallies.set(one, tally);
  await runScenario(one.scenario, settings, one.line, say, tally);
  done += 1;
  const passedMs = performance.now() - begunMs;
  const leftMs = (passedMs / done) * (runs.length - done);
  say(
    `${done} of ${runs.length} done in ${durationText(passedMs)}; at this pace ${durationText(leftMs)} to go`,
  );
};
const summarise = async (): Promise<boolean> => {
  const found = runs.flatMap((one) => tallies.get(one) ?? []);
  process.stdout.write(`\n${summaryText(settings.seed, found)}\n`);
  if (values.json !== undefined) await writeFile(values.json, `${summaryJson(settings.seed, found)}\n`);
  return found.every(({ faults }) => faults.length === 0);
};
// Hours may have gone into it: who has seen enough still gets what was found until then.
process.once('SIGINT', () => {
  void summarise().finally(() => process.exit(130));
});
const limit = pLimit(Math.floor(jobs));
await Promise.all(patient.map((one) => limit(run, one)));
for (const one of others) await run(one);
process.exit((await summarise()) ? 0 : 1);

function serverLines(): ServerLine[] {
  const found: ServerLine[] = [];
  if (values.server !== 'current') {
    if (spawnSync('nats-server', ['--version']).status !== 0)
      throw new Error('there is no nats-server on PATH');
    found.push({ version: serverVersion(), binary: 'nats-server' });
  }
  const current = currentServer();
  if (values.server !== 'old') {
    if ('missing' in current) say(`no second line of servers: ${current.missing}`);
    else found.push({ version: serverVersion(current.binary), binary: current.binary });
  }
  return found;
}
