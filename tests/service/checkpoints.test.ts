import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../src/log/port.ts';
import { Checkpoints } from '../../src/service/checkpoints.ts';
import type { Service } from '../../src/service/service.ts';
import { startService } from '../../src/service/start-service.ts';
import { countingLog } from './counting-log.ts';
import {
  append,
  deployed,
  event,
  eventsOf,
  newDirectory,
  newLog,
  record,
  retracted,
  rollAt,
  serviceOver,
  submit,
} from './workbench.ts';

const many = (count: number, prefix = 'unit') =>
  Array.from({ length: count }, (_, index) => deployed(`${prefix}-${index}`, 10));

async function everythingOf(service: Service, roll = record) {
  const live = service.roll(roll);
  const document = await live?.document();
  const ids = document?.contingents.map(({ id }) => id) ?? [];
  return { document, pages: await Promise.all(ids.map((id) => live?.contingent(id))) };
}

/** Runs a service until it has folded everything, and closes it: a checkpoint is left behind. */
async function leaveCheckpoint(log: EventLog, directory: string): Promise<void> {
  const service = await startService({ log, logger: pino({ enabled: false }), checkpoints: { directory } });
  await service.whenReady();
  await service.close();
}

const fileOf = (directory: string, name = 'ukraine.record') => join(directory, `${name}.checkpoint`);

/** A service with the lines that it logged as warnings or worse. */
async function serviceWithLines(log: EventLog, directory: string) {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { service: await serviceOver(log, { logger, checkpoints: { directory } }), lines };
}

test('a start reads only what came after the checkpoint, and knows everything', async () => {
  const log = await newLog();
  const directory = await newDirectory();
  const wrong = deployed('wrong', 1);
  await append(log, [
    ...(await eventsOf('record')),
    wrong,
    wrong,
    deployed('storm-corps', 1),
    retracted(wrong),
  ]);
  await append(log, many(200));
  await leaveCheckpoint(log, directory);
  await append(log, many(3, 'late'));

  const counting = countingLog(log);
  const resumed = await serviceOver(counting.log, { checkpoints: { directory } });
  expect(counting.counts).toEqual({ read: 1, followed: 3 }); // one: is it the same log?
  expect(await everythingOf(resumed)).toEqual(await everythingOf(await serviceOver(log)));
  expect(resumed.roll(record)?.summary.seq).toBe(233);
});

test('identities and corrections before the checkpoint still count after it', async () => {
  const log = await newLog();
  const directory = await newDirectory();
  const [first, second] = [deployed('alpha', 100), deployed('beta', 50)];
  await append(log, [first, second, retracted(second)]);
  await leaveCheckpoint(log, directory);
  const resumed = await serviceOver(log, { checkpoints: { directory } });
  expect(await submit(resumed, first)).toEqual({ kind: 'duplicate', seq: 1, of: 1 });
  expect(await submit(resumed, { ...second, data: first.data })).toMatchObject({ kind: 'refused' });
  expect(await submit(resumed, event('contingent.committed', 'alpha', {}))).toMatchObject({ seq: 4 });
  expect(await submit(resumed, retracted(first))).toMatchObject({ kind: 'accepted', seq: 5 });
  expect(await everythingOf(resumed)).toEqual(await everythingOf(await serviceOver(log)));
  expect(resumed.roll(record)?.distribution()).toMatchObject({
    inflow: { best: 0 },
    counts: { retracted: 2 },
  });
});

test('a correction after the checkpoint makes the start read the log again, once', async () => {
  const log = await newLog();
  const directory = await newDirectory();
  const wrong = many(5, 'wrong');
  await append(log, [...wrong, ...many(100)]);
  await leaveCheckpoint(log, directory);
  await append(log, wrong.map(retracted));
  const counting = countingLog(log);
  const resumed = await serviceOver(counting.log, { checkpoints: { directory } });
  expect(counting.counts).toEqual({ read: 1 + 2 * 110, followed: 5 });
  expect(await everythingOf(resumed)).toEqual(await everythingOf(await serviceOver(log)));
});

test('a branch resumes too', async () => {
  const log = await newLog();
  const directory = await newDirectory();
  await append(log, many(10));
  const branch = { ...record, timeline: 'branch' };
  await log.open(branch, { title: 'Branch', basis: 'hypothetical', base: { timeline: 'record', seq: 6 } });
  await append(log, many(4, 'own'), branch);
  await leaveCheckpoint(log, directory);
  const counting = countingLog(log);
  const resumed = await serviceOver(counting.log, { checkpoints: { directory } });
  expect(counting.counts).toEqual({ read: 2, followed: 0 });
  expect(await everythingOf(resumed, branch)).toEqual(await everythingOf(await serviceOver(log), branch));
});

test('checkpoints are stored while the service runs, every so many entries', async () => {
  const log = await newLog();
  const directory = await newDirectory();
  const service = await serviceOver(log, { checkpoints: { directory, every: 50 } });
  await rollAt(service, await append(log, many(1, 'first')));
  await append(log, many(59));
  const storedSeq = async () => {
    const text = await readFile(fileOf(directory), 'latin1').catch(() => '{}\n');
    return JSON.parse(text.slice(0, text.indexOf('\n'))).position?.seq;
  };
  await expect.poll(storedSeq).toBe(50);
  await service.close();
  expect(await storedSeq()).toBe(60);
  expect(await readdir(directory)).toEqual(['ukraine.record.checkpoint']);
  expect((await stat(fileOf(directory))).mode & 0o777).toBe(0o600);
});

describe('a checkpoint that can not be used is discarded, and the log replayed', () => {
  const altered = async (file: string, from: string, to: string) => {
    const text = await readFile(file, 'latin1');
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to), 'latin1');
  };
  test.each([
    [
      'another machine version',
      /machine version/,
      (file: string) => altered(file, '"machineVersion":"', '"machineVersion":"0'),
    ],
    ['another format', /format/, (file: string) => altered(file, '"format":10', '"format":0')],
    ['a flipped byte', /damaged/, (file: string) => altered(file, 'unit-13', 'unit-31')],
    ['a header that was tampered with', /damaged/, (file: string) => altered(file, '"seq":20', '"seq":19')],
    [
      'half a file',
      /damaged/,
      async (file: string) => truncate(file, Math.floor((await stat(file)).size / 2)),
    ],
    ['an empty file', /./, (file: string) => truncate(file, 0)],
    ['no checkpoint at all', /./, (file: string) => writeFile(file, 'a shopping list\n')],
    ['something unreadable', /./, (file: string) => writeFile(file, '{"format":10}\n')],
  ])('%s', async (_, problem, damage) => {
    const log = await newLog();
    const directory = await newDirectory();
    await append(log, many(20));
    await leaveCheckpoint(log, directory);
    await damage(fileOf(directory));

    const { service, lines } = await serviceWithLines(log, directory);
    expect(service.roll(record)?.distribution()).toMatchObject({ seq: 20, inflow: { best: 200 } });
    expect(lines).toEqual([
      expect.objectContaining({ roll: 'ukraine.record', problem: expect.stringMatching(problem) }),
    ]);
  });

  test.each([
    ['that goes beyond the head of the log', 30, /beyond the log's head 20/],
    ['of another log of the same length', 20, /another entry at 20/],
  ])('one %s', async (_, length, problem) => {
    const directory = await newDirectory();
    const other = await newLog();
    await append(other, many(length));
    await leaveCheckpoint(other, directory);

    const log = await newLog();
    await append(log, many(20, 'mine'));
    const { service, lines } = await serviceWithLines(log, directory);
    expect(service.roll(record)?.distribution().seq).toBe(20);
    expect((await service.roll(record)?.contingent('mine-0'))?.history).toHaveLength(1);
    expect(lines).toEqual([expect.objectContaining({ problem: expect.stringMatching(problem) })]);
  });

  test('one that was put in the place of another roll', async () => {
    const log = await newLog();
    const directory = await newDirectory();
    const other = { ...record, timeline: 'other' };
    await append(log, many(5));
    await append(log, many(9), other);
    await leaveCheckpoint(log, directory);
    await writeFile(fileOf(directory), await readFile(fileOf(directory, 'ukraine.other')));
    const { service, lines } = await serviceWithLines(log, directory);
    expect(service.roll(record)?.distribution().seq).toBe(5);
    expect(lines).toEqual([expect.objectContaining({ problem: 'of ukraine.other' })]);
  });
});

test('a directory that can not be written costs the checkpoint, not the service', async () => {
  const log = await newLog();
  const directory = join(await newDirectory(), 'file');
  await writeFile(directory, 'in the way');
  const { service, lines } = await serviceWithLines(log, directory);
  await rollAt(service, await append(log, many(5)));
  await service.close();
  expect(lines.at(-1)).toMatchObject({
    roll: 'ukraine.record',
    seq: 5,
    msg: expect.stringMatching(/checkpoint/),
  });
});

test('checkpoints that are due together take turns, with time for others between', async () => {
  const checkpoints = new Checkpoints(await newDirectory());
  const turns: { readonly begunMs: number; readonly busyMs: number }[] = [];
  const store = async () => {
    const begunMs = performance.now();
    while (performance.now() < begunMs + 5);
    turns.push({ begunMs, busyMs: performance.now() - begunMs });
  };
  await Promise.all([1, 2, 3].map(() => checkpoints.inTurn(store)));

  const [first, second, third] = turns;
  for (const [before, after] of [
    [first, second],
    [second, third],
  ]) {
    const pauseMs = (after?.begunMs ?? 0) - (before?.begunMs ?? 0) - (before?.busyMs ?? 0);
    expect(pauseMs).toBeGreaterThan(8 * (before?.busyMs ?? 0));
  }
});
