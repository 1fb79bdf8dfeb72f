import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exportedLines } from '../../src/cli/export.ts';
import { openInput } from '../../src/cli/input-file.ts';
import { loadScenarios } from '../../src/cli/load-scenarios.ts';
import { type LogPlace, openLog } from '../../src/cli/open-log.ts';
import { play } from '../../src/cli/play.ts';
import { playExports } from '../../src/cli/play-export.ts';
import { numbered, openInputs } from '../../src/cli/replay-inputs.ts';
import { openSource, rollOf } from '../../src/cli/roll-source.ts';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { openAtHead } from '../../src/log/open-at-head.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { lineage } from '../../src/scenario/library.ts';
import { startService } from '../../src/service/start-service.ts';
import { silent } from '../service/workbench.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { deployed, kernels, written } from '../support/roll-scenario.ts';
import { muster, temporaryDirectory } from './support/muster.ts';
import { serving } from './support/serving.ts';

async function playBack(files: readonly string[], place: LogPlace) {
  const inputs = await Promise.all(files.map(openInput));
  return playExports(
    inputs.flatMap((input) => (input.kind === 'events' ? [input] : [])),
    place,
  );
}

const record = { theatre: 'ukraine', timeline: 'record' };
const garrison = { theatre: 'ukraine', timeline: 'garrison' };

/** What anybody may publish, none of it an event, and events that a line can't hold as they are. */
const garbage: readonly (string | Uint8Array)[] = [
  '',
  ' \t',
  'null',
  '[1]',
  '"text"',
  '{\n"a": "raw\nline feed"}',
  Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
  Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
  '{}',
  ' {"A":1e400, "A":12345678901234567890} ',
  '{"muster":"bytes","base64":"aGk="}',
  '{"muster":"roll","theatre":"ukraine"}',
  '{"musterroll":"none"}',
  '{"a":1,"musterroll":"{}"}',
  JSON.stringify(written(1, { ...deployed('pretty'), recordedtime: '2020-01-01T00:00:00Z' }), null, 2),
  JSON.stringify(written(2, deployed('twice'))),
  JSON.stringify(written(2, deployed('twice'))),
  JSON.stringify({ note: 'x'.repeat(1_044_469) }),
];

const SERVER = 'http://127.0.0.1:1';

/** The export of a roll, as a file has it. */
async function exported(
  from: { nats?: string; data?: string; server?: string },
  name = 'garrison',
): Promise<string> {
  const source = await openSource({ server: SERVER, ...from });
  const rolls = await source.rolls();
  const lines: string[] = [];
  const info = rollOf(name, rolls, source);
  for await (const line of exportedLines(source, info, rolls)) lines.push(`${line}\n`);
  await source.close();
  return lines.join('');
}

/** The log in a data directory: record and garrison, with garbage in both, before the branch and after it. */
async function given(data: string): Promise<void> {
  const log = await openEmbeddedLog(join(data, 'log'));
  const [scenario] = await loadScenarios(['garrison']);
  if (scenario === undefined) throw new Error('garrison is gone');
  for (const { roll, title, basis, base, events } of lineage(scenario)) {
    await openAtHead(log, roll, { title, basis, base: base?.roll.timeline ?? null });
    const rubbish = garbage.map((bytes, place) => ({
      entity: 'theatre',
      identity: `garbage ${place}`,
      bytes: Buffer.from(bytes),
    }));
    const appended = await log.append(roll, [...events, ...rubbish]);
    if (!appended.ok) throw new Error(appended.error.message);
  }
  await log.close();
}

/** The roll documents of a log as a service has them. */
async function documentsOf(place: LogPlace, rolls = [record, garrison]) {
  const { log, close } = await openLog(place, 'read');
  const service = await startService({ log, logger: silent });
  await service.whenReady();
  const documents = await Promise.all(rolls.map(async (roll) => (await service.find(roll))?.document()));
  await service.close();
  await close();
  return documents;
}

/** The roll document that a replay of a file comes to. */
async function replayed(file: string) {
  const inputs = await openInputs([file], {});
  const { fold, length } = await foldLog(
    kernels,
    () => numbered(inputs.read(), Number.POSITIVE_INFINITY),
    {},
    () => new RollModel(),
  );
  return rollDocument(inputs.home, length, fold);
}

const current = currentServer();
describe.each([
  ['the oldest nats-server', { binary: 'nats-server' }],
  ['a current nats-server', current],
])('over %s', (_, found) => {
  if ('missing' in found) return test.skip(found.missing);
  let nats: ThrowawayServer;
  beforeAll(async () => {
    nats = await startThrowawayServer(found.binary);
  });
  afterAll(() => nats.discard());

  test('an export is the same after each move, and so is the roll: embedded, NATS, embedded', async () => {
    const directory = await temporaryDirectory();
    const [here, there] = [{ data: join(directory, 'here') }, { data: join(directory, 'there') }];
    const file = join(directory, 'garrison.jsonl');
    await given(here.data);
    const first = await exported(here);
    const lines = first.trimEnd().split('\n');
    const count = lines.length;
    expect(lines.filter((line) => line.startsWith('{"muster":"roll"'))).toEqual([]);
    expect(lines.filter((line) => /"musterroll":"{|"roll":{/.test(line))).toHaveLength(2);
    expect(first).not.toMatch(/recordedtime.*recordedtime/);

    await writeFile(file, first);
    expect(await playBack([file], { nats: nats.url })).toEqual({ sent: count, held: 0 });
    expect(await playBack([file], { nats: nats.url })).toEqual({ sent: 0, held: count });
    const second = await exported({ nats: nats.url });
    expect(second).toBe(first);

    await writeFile(file, second);
    expect(await playBack([file], there)).toEqual({ sent: count, held: 0 });
    expect(await exported(there)).toBe(first);
    expect(await playBack([file], here)).toEqual({ sent: 0, held: count });

    const documents = await documentsOf(here);
    expect(documents[1]?.counts).toMatchObject({ duplicates: 4 });
    expect(await documentsOf({ nats: nats.url })).toEqual(documents);
    expect(await documentsOf(there)).toEqual(documents);
    expect(await replayed(file)).toEqual(documents[1]);
  });

  test('who was published for another than it names is refused in every copy too', async () => {
    const directory = await temporaryDirectory();
    const here = { data: join(directory, 'here') };
    const file = join(directory, 'strays.jsonl');
    const roll = { theatre: 'strays', timeline: 'record' };
    const client = await nats.connect();
    const subjects = ['corps', 'corps', 'theatre', 'Corps.x', 'Corps', 'corps'];
    const texts = [deployed('corps'), deployed('builders'), deployed('third'), deployed('fourth')];
    const bodies = [...texts, { ...deployed('Corps') }, '{', ''].map((body, index) =>
      typeof body === 'string' ? body : JSON.stringify(written(index + 1, body)),
    );
    for (const [index, subject] of subjects.entries()) {
      await jetstream(client).publish(`muster.strays.record.event.${subject}`, bodies[index] ?? '');
    }
    const first = await exported({ nats: nats.url }, 'strays.record');
    const lines = first.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('"publishedfor"'))).toHaveLength(3);

    await writeFile(file, first);
    const all = subjects.length;
    expect(await playBack([file], here)).toEqual({ sent: all, held: 0 });
    expect(await exported(here, 'strays.record')).toBe(first);
    expect(await playBack([file], here)).toEqual({ sent: 0, held: all });
    expect(await playBack([file], { nats: nats.url })).toEqual({ sent: 0, held: all });
    const back = await startThrowawayServer(found.binary);
    onTestFinished(() => back.discard());
    expect(await playBack([file], { nats: back.url })).toEqual({ sent: all, held: 0 });
    expect(await exported({ nats: back.url }, 'strays.record')).toBe(first);

    const documents = await Promise.all(
      [{ nats: nats.url }, here, { nats: back.url }].map((place) => documentsOf(place, [roll])),
    );
    expect(documents[0]?.[0]?.counts).toMatchObject({ accepted: 1, refused: 5 });
    expect(documents[1]).toEqual(documents[0]);
    expect(documents[2]).toEqual(documents[0]);
    expect([await replayed(file)]).toEqual(documents[0]);
  });
});

test('a running service gives the same export, and its log does beside it', async () => {
  const data = await temporaryDirectory();
  await given(data);
  const service = await serving('serve', ['--data', data]);
  const file = join(data, 'garrison.jsonl');
  const lines = await must(['export', 'garrison', '--server', service.url]);
  await writeFile(file, lines);
  expect(await exported({ data })).toBe(lines);
  const map = ['export', 'garrison', '--format', 'geojson'];
  expect(await must([...map, '--data', data])).toBe(await must([...map, '--server', service.url]));
  const held = await muster(['play', file, '--data', data]);
  expect(held).toMatchObject({ code: 1, stdout: '' });
  expect(held.stderr).toMatch(/is held by process \d+ .* Stop that service first/);
});

async function must(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await muster(args);
  if (code !== 0) throw new Error(`muster ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

describe('an export', () => {
  const line = (id: string) => JSON.stringify({ specversion: '1.0', id, recordedtime: 'then' });
  const head = JSON.stringify({
    muster: 'roll',
    theatre: 't',
    timeline: 'a',
    title: 'A',
    basis: 'assessed',
    base: null,
  });

  async function fileOf(...lines: readonly string[]): Promise<string> {
    const file = join(await temporaryDirectory(), 'some.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    return file;
  }

  test('goes on where the log has a beginning of it, and nowhere else', async () => {
    const place = { data: await temporaryDirectory() };
    await playBack([await fileOf(head, line('1'), line('2'))], place);
    const longer = await fileOf(head, line('1'), line('2'), line('3'));
    expect(await playBack([longer], place)).toEqual({ sent: 1, held: 2 });
    const other = playBack([await fileOf(head, line('1'), line('x'), line('4'))], place);
    await expect(other).rejects.toThrow(/t\.a has another entry at 2 than this export; nothing was added/);
    const { log, close } = await openLog(place, 'read');
    expect(await log.head({ theatre: 't', timeline: 'a' })).toBe(3);
    await close();
  });

  test.each([
    ['that says no roll', [line('1')], /does not begin as an export does/],
    [
      'that is damaged',
      [head.replace('"A"', '7'), line('1')],
      /a line of this export is damaged: {"muster":"roll"/,
    ],
    ['whose base is missing', [head.replace('null', '{"timeline":"b","seq":1}')], /can't branch from t\.b/],
  ])('%s is not played', async (_, lines, message) => {
    const data = join(await temporaryDirectory(), 'data');
    await expect(playBack([await fileOf(...lines)], { data })).rejects.toThrow(message);
  });

  test.each([
    ['into a running service', { server: SERVER }, /goes into the log itself: give --nats/],
    ['at a speed of its own', { server: SERVER, data: '/nowhere', speed: '1d/s' }, /and --speed apart/],
  ])('%s is not played', async (_, options, message) => {
    const playing = play([await fileOf(head)], { speed: 'max', ...options });
    await expect(playing).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
  });

  test('is not replayed after events that it does not follow', async () => {
    const file = await fileOf(head, line('1'));
    const { read } = await openInputs([file, file], {});
    const reading = (async () => {
      for await (const _ of read());
    })();
    await expect(reading).rejects.toThrow(/t\.a begins a log of its own, and 1 events come before it/);
  });

  test('is not made of a log that is not there, and none is made', async () => {
    const data = join(await temporaryDirectory(), 'data');
    await expect(exported({ data })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/there is no log in .*; name a service's data directory/),
    });
    expect(existsSync(data)).toBe(false);
    await expect(exported({ nats: '127.0.0.1:1' })).rejects.toMatchObject({ exitCode: 3 });
  });
});
