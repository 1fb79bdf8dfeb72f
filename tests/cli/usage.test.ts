import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/built.ts';
import { muster, shell, temporaryDirectory } from './support/muster.ts';

const COMMANDS = ['replay', 'check', 'play', 'watch', 'export', 'verify', 'diff-machine', 'serve', 'start'];

test('--version is that of the package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(await muster(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help names every command, and loads neither schemas nor machines', async () => {
  const { code, stdout, stderr } = await muster(['--help'], { env: { NODE_DEBUG: 'esm' } });
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  expect(stderr).toMatch(/node_modules\/commander\//); // the debug output does name what is loaded
  expect(stderr).not.toMatch(/node_modules\/(?:zod|xstate|yaml|fastify|nats|lmdb)\//);
});

test.each(COMMANDS)('%s --help says what it does and takes', async (command) => {
  const { code, stdout, stderr } = await muster([command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: muster ${command} `));
});

test.each([
  [[], /Usage: muster/],
  [['reply'], /unknown command 'reply'\n\(Did you mean replay\?\)/],
  [['--bogus'], /unknown option '--bogus'/],
  [['replay', 'record', '--jsno'], /unknown option '--jsno'\n\(Did you mean --json\?\)/],
  [['check'], /missing required argument 'script'/],
  [['export', 'record', '--format', 'xml'], /Allowed choices are jsonl, csv, geojson/],
  [['watch', '--server', 'localhost:4700'], /address such as http:\/\/127\.0\.0\.1:4700/],
  [['serve', '--port', '70000'], /0 to 65535/],
  [['serve', '--cors', 'https://board.example/page'], /without a path/],
  [['serve', '--cors', 'board.example'], /address such as http/],
  [['serve', 'everything'], /too many arguments/],
  [['play', 'record', '--speed', 'fast'], /no speed; expected max, or scenario days per second/],
  [['play', 'record', '--speed', '0d/s'], /never ends/],
  [['play', 'record', '--timeline', 'A B'], /lower-case/],
  [['play', 'record', '--nats', 'nats://a b'], /address such as nats:\/\//],
])('%j is wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await muster(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ +at /m);
});

test.each([
  ['MUSTER_LOG', 'loud', /MUSTER_LOG: give a level/],
  ['MUSTER_TOKEN', '', /MUSTER_TOKEN: it is empty/],
  ['MUSTER_REPLICAS', 'three', /MUSTER_REPLICAS: give the copies/],
  ['MUSTER_PORT', 'http', /whole number/],
])('%s=%s in the environment is wrong usage', async (name, value, message) => {
  const data = await temporaryDirectory();
  const args = ['serve', '--data', data, ...(name === 'MUSTER_PORT' ? [] : ['--port', '0'])];
  const { code, stdout, stderr } = await muster(args, { env: { [name]: value } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

describe('check', () => {
  const script = (events: string) =>
    `scenario: mine\ntitle: Mine\ntheatre: t\nbasis: assessed\nevents:\n${events}`;
  const deployed =
    '  - on: 2025-01-01\n    type: contingent.deployed\n    contingent: a\n    data: { strength: 10, kind: infantry, origin: x }\n';

  test('right scripts end with 0, and tell what they reach', async () => {
    const { code, stdout, stderr } = await muster(['check', 'record', 'collapse']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^record right\n {2}26 events · 26 accepted$/m);
    expect(stdout).toMatch(/^together\n {2}\d of 9 pathways/m);
    expect(stdout).toMatch(/^ {2}\d of \d+ reports; not .*Law and deniability/m);
    expect(stdout).toMatch(/^ {2}\d+ of \d+ event types; not war\.ended \.ending-changed/m);
  });

  test.each([
    ['a misspelt key', deployed.replace('contingent:', 'contingnt:'), '8:5', /Did you mean "contingent"\?/],
    ['a misspelt payload', deployed.replace('infantry', 'infantri'), '9:33', /Did you mean "infantry"\?/],
    ['an unmet expectation', `${deployed}    expect: { refused: final }\n`, '10:13', /but it was accepted/],
    ['YAML that is none', '  - [', '', /./],
  ])('%s ends with 1 and its place', async (_name, events, place, message) => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'mine.yaml');
    await writeFile(file, script(events));
    const { code, stdout, stderr } = await muster(['check', file]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${file}:${place}`);
    expect(stdout).toMatch(message);
    expect(stderr).toMatch(/^muster: \d+ problems?\n$/);
  });

  test('a date that is probably a slip is a warning: the script is right', async () => {
    const file = join(await temporaryDirectory(), 'mine.yaml');
    const early = '  - on: 2024-12-31\n    type: contingent.withdrawn\n    contingent: a\n    data: {}\n';
    await writeFile(file, script(`${deployed}${early}`));
    const { code, stdout } = await muster(['check', file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('right, 1 warning') });
    expect(stdout).toContain(
      '10:9: warning: $.events[1].on: accepted as logged; in the order of time it is refused: a is deployed on 2025-01-01.\n',
    );
  });

  test('what keys and files are called reaches the terminal without control characters', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'mine.yaml'), script(`${deployed}    "\\e[2J": 1\n`));
    const { stdout } = await shell('muster check mine.yaml', directory);
    expect(stdout).toContain('mine.yaml:10:5');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('a script that is nowhere is an error like any other', async () => {
    expect(await muster(['check', 'no-such.yaml'])).toMatchObject({ code: 1 });
  });
});
