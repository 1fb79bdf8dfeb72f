import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { bundledNames } from '../../src/scenario/library.ts';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { deployed, written } from '../support/roll-scenario.ts';
import { muster, start, temporaryDirectory } from './support/muster.ts';
import { documentOf, idsOf, rollsOf, serving } from './support/serving.ts';

const names = await bundledNames();
const NOBODY_HOME = 'http://127.0.0.1:1';

let nats: ThrowawayServer;
beforeAll(async () => {
  nats = await startThrowawayServer();
});
afterAll(() => nats.discard());

async function expectedRecord(): Promise<Record<string, unknown>> {
  const text = await readFile(new URL('../data/expected/record.json', import.meta.url), 'utf8');
  const { theatre: _t, timeline: _l, ...document } = JSON.parse(text);
  return document;
}

/** What it gives in the end; the machine may be busy. */
const eventually = (give: () => unknown) => expect.poll(give, { interval: 20, timeout: 30_000 });

/** A script of deployments of ten, a day apart; each of `more` is the rest of an event. */
async function scriptOf(events: number, ...more: readonly string[]): Promise<string> {
  const file = join(await temporaryDirectory(), 'mine.yaml');
  const deployment = (index: number) =>
    `  - on: ${index === 0 ? '2025-01-01' : '+1d'}\n    type: contingent.deployed\n    contingent: c${index}\n    data: { strength: 10, kind: infantry, origin: x }\n${more[index] ?? ''}`;
  const head = 'scenario: mine\ntitle: Mine\ntheatre: t\nbasis: assessed\nevents:\n';
  await writeFile(file, head + Array.from({ length: events }, (_, index) => deployment(index)).join(''));
  return file;
}

describe.each(['over HTTP', 'over NATS into the log of a running service'])('play %s', (way) => {
  test('plays the bundled scenarios, and nothing twice', async () => {
    const overNats = way !== 'over HTTP';
    const data = await temporaryDirectory();
    const service = await serving('serve', ['--data', data, ...(overNats ? ['--nats', nats.url] : [])]);
    const to = overNats ? ['--nats', nats.url] : ['--server', service.url];
    const first = await muster(['play', ...names, ...to]);
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(/^played (\d+) of \1 events\n$/);
    // Over NATS the log is ahead of the service, which follows it.
    await eventually(() => documentOf(service.url, 'ukraine/record')).toEqual(await expectedRecord());
    await eventually(async () => Object.keys(await rollsOf(service.url))).toHaveLength(names.length);

    const again = await muster(['play', ...names, ...to]);
    expect(again).toMatchObject({ code: 0, stdout: '' });
    const total = /\d+/.exec(first.stderr)?.[0];
    // What the service refused, as the scripts expect, is not in its log.
    const refused = overNats ? 0 : 2;
    const there = `${Number(total) - refused} were there already${refused > 0 ? ', 2 were refused before' : ''}`;
    expect(again.stderr).toBe(`played 0 of ${total} events, ${there}\n`);
    for (const name of names) {
      const ids = await idsOf(service.url, `ukraine/${name}`);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

/** A script of losses of one contingent; a casualty is the rest of an event. */
async function lossesIn(directory: string, ...casualties: readonly string[]): Promise<string> {
  const file = join(directory, 'pos.yaml');
  const head = `scenario: pos
title: Positions
theatre: t
basis: reported
defaults: { reliability: B, credibility: 2 }
events:
  - { on: 2024-10-01, type: contingent.deployed, contingent: a, data: { strength: 1000, kind: infantry, origin: x } }
`;
  const line = (casualty: string) => `  - { type: casualty.recorded, contingent: a, ${casualty} }\n`;
  await writeFile(file, head + casualties.map(line).join(''));
  return file;
}

describe.each(['over HTTP', 'over NATS', 'into a directory'])('play of a changed script %s', (way) => {
  const november = 'on: 2024-11-01, data: { killed: 10 }';
  const middle = 'on: 2024-11-15, data: { killed: 5 }';
  const december = 'on: 2024-12-01, data: { killed: 20 }';

  test('sends what is missing, books nothing twice, and tells what the log holds otherwise', async () => {
    const data = await temporaryDirectory();
    const nats = way === 'over NATS' ? await startThrowawayServer() : null;
    onTestFinished(async () => nats?.discard());
    const service = way === 'over HTTP' ? await serving('serve', ['--data', data]) : null;
    const to = service ? ['--server', service.url] : nats ? ['--nats', nats.url] : ['--data', data];
    const directory = await temporaryDirectory();
    const playing = async (...casualties: readonly string[]) =>
      muster(['play', await lossesIn(directory, ...casualties), ...to]);
    const killed = async () => {
      const { stdout } = await muster(['export', 't.pos', ...to]);
      const { stdout: json } = await muster(['replay', '-', '--json'], { input: stdout });
      return JSON.parse(json).losses.killed;
    };

    expect(await playing(november, december)).toMatchObject({ code: 0, stderr: 'played 3 of 3 events\n' });
    const inserted = await playing(november, middle, december);
    expect(inserted.code).toBe(0);
    expect(inserted.stderr).toContain(
      'pos.yaml:9:5: this is pos-004 in the log, which has another event as pos-003; write id: pos-004 here to keep it\n',
    );
    expect(inserted.stderr).toMatch(/played 1 of 4 events, 3 were there already\n$/);
    expect(await killed()).toBe(35);
    const again = await playing(november, middle, december);
    expect(again).toMatchObject({ code: 0, stderr: 'played 0 of 4 events, 4 were there already\n' });

    const edited = await playing('on: 2024-11-01, data: { killed: 11 }, reliability: F', middle, december);
    expect(edited.code).toBe(1);
    expect(edited.stderr).toContain(
      'pos.yaml:8:5: pos-002 says something else in the log (seq 2): reliability B there, F here; data.killed 10 there, 11 here; write an event.corrected with attributes and data\n',
    );
    expect(edited.stderr).toContain('played 0 of 4 events, 3 were there already, 1 in other words\n');
    expect(edited.stderr).toContain('{ source: /scenarios/pos, id: pos-002 }');

    const shortened = await playing(november, december);
    expect(shortened.code).toBe(1);
    expect(shortened.stderr).toContain(
      'pos.yaml: pos-004 (casualty.recorded of a, 2024-11-15T00:00:00Z) is in the log at seq 4 and no longer in the script; if it never was so, write an event.retracted\n',
    );
    expect(await killed()).toBe(35);
  });
});

test('a script that plays onto a timeline that is there changes neither what it is called nor what it is', async () => {
  const data = await temporaryDirectory();
  expect((await muster(['play', 'homecoming', '--data', data])).code).toBe(0);
  const directory = await temporaryDirectory();
  const noteOf = async (basis: string) => {
    const file = join(directory, `${basis}.yaml`);
    const event =
      '{ on: 2026-03-01, type: casualty.recorded, contingent: storm-corps, data: { killed: 1 }, expect: accepted, reliability: B, credibility: 2 }';
    const head = `scenario: note-${basis}\ntitle: A note\ntheatre: ukraine\nbasis: ${basis}\n`;
    await writeFile(file, `${head}events:\n  - ${event}\n`);
    return file;
  };
  const titles = async () => {
    const log = await openEmbeddedLog(join(data, 'log'));
    const rolls = await log.rolls();
    await log.close();
    return rolls.map(({ roll: { timeline }, title, basis, base }) => [timeline, title, basis, base]);
  };
  const before = await titles();
  const played = async (basis: string, timeline: string) =>
    muster(['play', await noteOf(basis), '--timeline', timeline, '--data', data]);
  for (const [basis, timeline] of [
    ['reported', 'record'],
    ['reported', 'homecoming'],
    ['hypothetical', 'record'],
  ] as const) {
    const { code, stderr } = await played(basis, timeline);
    expect({ basis, timeline, code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`ukraine.${timeline} keeps its title`);
    expect(stderr.includes('are a what-if and ukraine.record is not')).toBe(basis === 'hypothetical');
  }
  expect(await titles()).toEqual(before);
});

describe('play', () => {
  test('stops at the first expectation that is not met, and sends nothing after it', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory()]);
    const file = await scriptOf(3, '', '    expect: { refused: final }\n');
    const { code, stdout, stderr } = await muster(['play', file, '--server', service.url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${file}:10:5: mine-002 expected refused: final, but it was accepted\n`);
    expect(stderr).toContain('nothing after it was sent');
    expect(await idsOf(service.url, 't/mine')).toEqual(['mine-001', 'mine-002']);
  });

  test('tells what was refused though nothing was expected of it', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory()]);
    const file = await scriptOf(
      1,
      '  - on: +1d\n    type: contingent.arrived\n    contingent: c0\n    data: {}\n',
    );
    const { code, stderr } = await muster(['play', file, '--server', service.url]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/mine\.yaml:10:5: mine-002 was refused: not-allowed: .*\nplayed 2 of 2 events\n$/);
  });

  test('--timeline plays elsewhere, on the same base', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory()]);
    const args = ['play', 'homecoming', '--timeline', 'elsewhere', '--server', service.url];
    expect((await muster(args)).code).toBe(0);
    const {
      'ukraine.record': record = 0,
      'ukraine.elsewhere': elsewhere = 0,
      ...others
    } = await rollsOf(service.url);
    expect({ record, others }).toEqual({ record: 26, others: {} });
    expect(elsewhere).toBeGreaterThan(26);
  });

  test('Ctrl-C stops it between events, and playing again goes on', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory()]);
    const file = await scriptOf(4);
    // The first is due at once, the second in a thousand seconds.
    const slow = await start(['play', file, '--speed', '0.001d/s', '--server', service.url]);
    await eventually(() => idsOf(service.url, 't/mine').catch(() => [])).toEqual(['mine-001']);
    const stopped = await slow.kill('SIGINT');
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    expect(stopped.stderr).toBe('muster: stopped after 1 of 4 events; play again to go on\n');

    const again = await muster(['play', file, '--speed', '100d/s', '--server', service.url]);
    expect(again.stderr).toBe('played 3 of 4 events, 1 were there already\n');
    expect(await idsOf(service.url, 't/mine')).toEqual(['mine-001', 'mine-002', 'mine-003', 'mine-004']);
  });

  test('events that are too large for one request together are sent in several', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory()]);
    const note = `    note: ${'漢'.repeat(300_000)}\n`;
    const file = await scriptOf(12, ...Array.from({ length: 12 }, () => note));
    expect(await muster(['play', file, '--server', service.url])).toMatchObject({ code: 0 });
    expect(await rollsOf(service.url)).toEqual({ 't.mine': 12 });
  });

  test.each([
    [['--server', NOBODY_HOME], /no service answers at http:\/\/127\.0\.0\.1:1; start one/],
    [['--nats', '127.0.0.1:1'], /no NATS server answers at 127\.0\.0\.1:1; start one/],
  ])('%j that does not answer ends it with 3', async (to, message) => {
    const { code, stdout, stderr } = await muster(['play', 'record', ...to]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('a wrong script is told before anything is sent', async () => {
    const { code, stderr } = await muster(['play', 'record', 'nope.yaml', '--server', NOBODY_HOME]);
    expect(code).toBe(1);
    expect(stderr).toContain('nope.yaml:1:1: there is no such file');
  });
});

describe('export', () => {
  test('gives the log, and the contingents, of a roll', async () => {
    const service = await serving('start', ['--data', await temporaryDirectory()]);
    const exported = (roll: string, format: string) =>
      muster(['export', roll, '--format', format, '--server', service.url]);

    for (const name of ['record', 'garrison']) {
      const jsonl = await exported(`ukraine.${name}`, 'jsonl');
      expect(jsonl).toMatchObject({ code: 0, stderr: '' });
      const replayed = await muster(['replay', '-', '--json'], { input: jsonl.stdout });
      const { machineVersion, theatre, timeline, ...document } = JSON.parse(replayed.stdout);
      expect(document).toEqual(await documentOf(service.url, `ukraine/${name}`));
    }

    const csv = await exported('record', 'csv');
    const [header = '', ...rows] = csv.stdout.replace('\ufeff', '').trimEnd().split('\n');
    const columns = header.split(',');
    const sum = (column: string) =>
      rows.reduce((total, row) => total + Number(row.split(',')[columns.indexOf(column)]), 0);
    expect(columns.slice(0, 9).join()).toBe('theatre,timeline,basis,id,state,pathway,low,best,high');
    expect([sum('best'), sum('killed'), sum('unaccounted')]).toEqual([17_993, 2_009, 998]);

    const geo = JSON.parse((await exported('record', 'geojson')).stdout);
    expect(geo.type).toBe('FeatureCollection');
    const inAll = geo.features.reduce(
      (total: number, { properties }: { properties: { heads: { best: number } } }) =>
        total + properties.heads.best,
      0,
    );
    expect(inAll).toBe(17_993);
    const served = await fetch(`${service.url}/api/rolls/ukraine/record/map`);
    expect(served.headers.get('content-type')).toBe('application/geo+json; charset=utf-8');
    expect(geo).toEqual(await served.json());

    const unknown = await exported('recrod', 'jsonl');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('there is no roll recrod; the service has ');
    expect(unknown.stderr).toContain('Did you mean record?');
    for (const name of names) expect(unknown.stderr).toContain(`ukraine.${name}`);
  });

  test('what producers wrote that is no event stays none, each at its place', async () => {
    const service = await serving('serve', ['--data', await temporaryDirectory(), '--nats', nats.url]);
    const connection = await nats.connect();
    const broken = [
      '{\n"a": "raw\nline feed"}',
      '',
      Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
      'null',
      JSON.stringify(written(1, deployed('a')), null, 2),
    ];
    for (const bytes of broken) connection.publish('muster.raw.record.event.a', bytes);
    await connection.flush();
    await expect
      .poll(() => documentOf(service.url, 'raw/record').catch(() => null))
      .toMatchObject({ seq: 5 });
    const { stdout } = await muster(['export', 'raw.record', '--server', service.url]);
    const replayed = await muster(['replay', '-', '--json'], { input: stdout });
    const { seq, counts, refusals } = JSON.parse(replayed.stdout);
    const there = await documentOf(service.url, 'raw/record');
    expect({ seq, counts }).toEqual({ seq: there['seq'], counts: there['counts'] });
    expect(refusals.map((refusal: { code: string }) => refusal.code)).toEqual(Array(4).fill('malformed'));
  });

  test('a service that does not answer, or is none of ours, ends it with 3', async () => {
    expect(await muster(['export', 'record', '--server', NOBODY_HOME])).toMatchObject({
      code: 3,
      stdout: '',
    });
    const stranger = createServer((_request, response) => response.end('{"hello":"world"}'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await muster(['export', 'record', '--server', `http://127.0.0.1:${port}`]);
    stranger.close();
    expect(code).toBe(3);
    expect(stderr).toMatch(/^muster: what answers at http:\/\/127\.0\.0\.1:\d+ is no Muster service/);
  });
});
