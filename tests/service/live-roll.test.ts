import { describe, expect, test } from 'vitest';
import { parseViewInstant } from '../../events/time.ts';
import type { EventLog } from '../../src/log/port.ts';
import { countingLog } from './counting-log.ts';
import {
  append,
  bytesOf,
  deployed,
  event,
  eventsOf,
  expectedDocument,
  newLog,
  record,
  retracted,
  rollAt,
  serviceOver,
  submit,
} from './workbench.ts';

const endOf = (day: string) => parseViewInstant(day) ?? Number.NaN;

async function openBranch(log: EventLog, timeline: string, base: string, seq: number) {
  const roll = { ...record, timeline };
  const about = {
    title: `What if: ${timeline}`,
    basis: 'hypothetical',
    base: { timeline: base, seq },
  } as const;
  const opened = await log.open(roll, about);
  if (!opened.ok) throw new Error(opened.error.message);
  return roll;
}

describe('views', () => {
  test.each([
    ['record.as-of-2025-03-31', { asOfMs: endOf('2025-03-31') }],
    ['record.as-known-2025-03-31', { asKnownMs: endOf('2025-03-31') }],
    ['record', {}],
    ['record', { seq: 1_000 }],
  ])('%s is as it was worked out apart from us: %j', async (name, query) => {
    const log = await newLog();
    await append(log, await eventsOf('record'));
    const roll = await rollAt(await serviceOver(log), 26);
    const { machineVersion: _, ...document } = await roll.document(query);
    const { machineVersion: __, ...expected } = await expectedDocument(name);
    expect(document).toEqual({ ...expected, ...record });
  });

  test('with a seq, only the first entries count', async () => {
    const log = await newLog();
    await append(log, [deployed('alpha', 100), deployed('beta', 50), deployed('gamma', 25)]);
    const roll = await rollAt(await serviceOver(log), 3);
    expect(await roll.document({ seq: 2 })).toMatchObject({ seq: 2, inflow: { best: 150 } });
    expect(await roll.document({ seq: 0 })).toMatchObject({ seq: 0, inflow: { best: 0 }, time: null });
  });
});

describe('branches', () => {
  test.each(['homecoming', 'collapse'])(
    '%s on the record is as it was worked out apart from us',
    async (name) => {
      const log = await newLog();
      const branch = await openBranchOfRecord(log, name);
      const roll = await rollAt(await serviceOver(log), 60, branch);
      const { machineVersion: _, ...document } = await roll.document();
      const { machineVersion: __, ...expected } = await expectedDocument(`record+${name}`);
      expect(document).toEqual({ ...expected, ...branch });
    },
  );

  async function openBranchOfRecord(log: EventLog, name: string) {
    await append(log, await eventsOf('record'));
    const branch = await openBranch(log, name, 'record', 26);
    await append(log, await eventsOf(name), branch);
    return branch;
  }

  test('what a branch inherits may name the base it is stored in, not the branch; its own the other way round', async () => {
    const log = await newLog();
    await append(log, [
      deployed('alpha', 1, { timeline: 'record' }),
      deployed('beta', 2, { timeline: 'branch' }),
      deployed('never', 3),
    ]);
    const branch = await openBranch(log, 'branch', 'record', 2);
    await append(log, [deployed('gamma', 4, { timeline: 'branch' })], branch);
    const twig = await openBranch(log, 'twig', 'branch', 3);
    await append(
      log,
      [deployed('delta', 8, { timeline: 'branch' }), deployed('eps', 16, { timeline: 'twig' })],
      twig,
    );

    const service = await serviceOver(log);
    const document = await (await rollAt(service, 5, twig)).document();
    expect(document.contingents.map(({ id }) => id)).toEqual(['alpha', 'eps', 'gamma']);
    expect(document.refusals.map(({ seq, code }) => [seq, code])).toEqual([
      [2, 'malformed'],
      [4, 'malformed'],
    ]);
  });

  test('a branch opened while the service runs is followed, and takes submissions at once', async () => {
    const log = await newLog();
    const service = await serviceOver(log);
    await submit(service, deployed('alpha', 100));
    const branch = await openBranch(log, 'branch', 'record', 1);
    const answer = await submit(service, event('contingent.committed', 'alpha', {}), branch);
    expect(answer).toMatchObject({ kind: 'accepted', seq: 2 });
    expect(service.roll(branch)?.summary).toMatchObject({
      title: 'What if: branch',
      base: { seq: 1 },
      seq: 2,
    });
    expect((await service.roll(record)?.document())?.contingents[0]?.state).toBe('deployed.staging');
    expect((await service.rolls()).map(({ roll }) => roll.timeline)).toEqual(['branch', 'record']);
  });
});

describe('a contingent', () => {
  test('has its history with the events behind it, as corrected, its standing and its parts', async () => {
    const log = await newLog();
    const report = { basis: 'reported', reliability: 'B', credibility: 2, reporter: 'ROK NIS' };
    const first = deployed('alpha', 100, { id: 'first', ...report });
    await append(log, [
      first,
      ...Array.from({ length: 40 }, () => event('friction.reported', null, { kind: 'x', severity: 'low' })),
      event('contingent.detached', 'alpha', { detachment: { id: 'part', strength: 10 } }),
      event('contingent.committed', 'alpha', { area: 'kursk' }),
      event('event.corrected', null, {
        target: { source: first.source, id: 'first' },
        reason: 'a month late',
        time: '2025-02-01T00:00:00Z',
      }),
    ]);
    const roll = await rollAt(await serviceOver(log), 44);
    const page = await roll.contingent('alpha');
    expect(page).toMatchObject({
      contingent: { id: 'alpha', state: 'deployed.committed', strength: { best: 90 } },
      standing: { kind: 'infantry', origin: 'test', area: 'kursk', region: null },
      children: ['part'],
    });
    expect(page?.standing).not.toHaveProperty('strength');
    expect(page?.history.map(({ seq, to, event: { type } }) => [seq, to, type])).toEqual([
      [1, 'deployed.staging', 'contingent.deployed'],
      [42, 'deployed.staging', 'contingent.detached'],
      [43, 'deployed.committed', 'contingent.committed'],
    ]);
    expect(page?.history[0]?.event).toMatchObject({
      id: 'first',
      reporter: 'ROK NIS',
      reliability: 'B',
      time: '2025-02-01T00:00:00Z',
      observedtime: '2025-01-01T00:00:00Z',
    });
    expect(await roll.contingent('nobody')).toBeUndefined();
  });

  test('of which only its own entries are read', async () => {
    const log = await newLog();
    const others = Array.from({ length: 500 }, (_, index) => deployed(`other-${index}`, 1));
    await append(log, [deployed('alpha', 100), ...others, event('contingent.committed', 'alpha', {})]);
    const { log: counting, counts } = countingLog(log);
    const roll = await rollAt(await serviceOver(counting), 502);
    counts.read = 0;
    expect((await roll.contingent('alpha'))?.history).toHaveLength(2);
    expect(counts.read).toBe(2);
  });
});

test('events are given as logged, garbage as text, a page at a time', async () => {
  const log = await newLog();
  const first = deployed('alpha', 100);
  await append(log, [first, Buffer.from('no JSON {'), deployed('beta', 1)]);
  const roll = await rollAt(await serviceOver(log), 3);
  expect(await roll.events(0, 2)).toEqual([
    {
      seq: 1,
      recordedtime: expect.stringMatching(/^20.*Z$/),
      event: first,
      text: null,
      base64: null,
      publishedfor: null,
    },
    {
      seq: 2,
      recordedtime: expect.any(String),
      event: null,
      text: 'no JSON {',
      base64: null,
      publishedfor: null,
    },
  ]);
  expect((await roll.events(2, 10)).map(({ seq }) => seq)).toEqual([3]);
  expect(await roll.events(3, 10)).toEqual([]);
  expect(await roll.events(0, 0)).toEqual([]);
});

test('refusals are given by the place of their event, a page at a time', async () => {
  const log = await newLog();
  const bad = [bytesOf('one'), bytesOf('two'), bytesOf('three')];
  await append(log, [deployed('alpha', 100), ...bad]);
  const roll = await rollAt(await serviceOver(log), 4);
  expect(roll.refusals(0, 2).map(({ seq }) => seq)).toEqual([2, 3]);
  expect(roll.refusals(3, 2).map(({ seq }) => seq)).toEqual([4]);
  expect(roll.flows()).toEqual([{ from: 'inflow', to: 'deployed', persons: 100 }]);
});

test('corrections that come in numbers, live and before the start, give the roll without their targets', async () => {
  const log = await newLog();
  const contents = Array.from({ length: 30 }, (_, index) => deployed(`unit-${index}`, 10));
  const service = await serviceOver(log);
  for (const [index, content] of contents.entries()) {
    await append(log, index % 2 === 0 ? [content] : [content, retracted(content)]);
  }
  const live = await rollAt(service, 45);
  const after = await rollAt(await serviceOver(log), 45);
  expect(await live.document()).toMatchObject({
    inflow: { best: 150 },
    counts: { accepted: 30, retracted: 15, refused: 0 },
  });
  expect(await after.document()).toEqual(await live.document());
});
