import { expect, test } from 'vitest';
import type { Update } from '../../src/service/service.ts';
import {
  append,
  deployed,
  event,
  newLog,
  retracted,
  rollAt,
  serviceOver,
  updatesWhile,
} from './workbench.ts';

const kinds = (updates: readonly Update[]) => updates.map(({ kind, seq }) => `${kind} ${seq}`);
const facts = (updates: readonly Update[]) => kinds(updates.filter(({ kind }) => kind !== 'distribution'));
const never = new AbortController().signal;

test('a reader from now on gets the distribution at once, then what happens and what it comes to', async () => {
  const log = await newLog();
  await append(log, [deployed('alpha', 100)]);
  const roll = await rollAt(await serviceOver(log), 1);
  const updates = roll.updates(null, never)[Symbol.asyncIterator]();
  expect((await updates.next()).value).toMatchObject({
    kind: 'distribution',
    seq: 1,
    distribution: roll.distribution(),
  });
  await append(log, [deployed('beta', 50)]);
  expect((await updates.next()).value).toMatchObject({
    kind: 'transition',
    seq: 2,
    transition: { event: { subject: 'beta' } },
  });
  expect((await updates.next()).value).toMatchObject({
    kind: 'distribution',
    seq: 2,
    distribution: { inflow: { best: 150 } },
  });
  await append(log, [deployed('beta', 50)]);
  expect((await updates.next()).value).toMatchObject({
    kind: 'refusal',
    seq: 3,
    refusal: { code: 'already-exists' },
  });
});

test('whether the log has an entry is told once readers are, and none is awaited that it does not have', async () => {
  const log = await newLog();
  await append(log, [deployed('alpha', 100)]);
  const roll = await rollAt(await serviceOver(log), 1);

  const last = await append(log, [deployed('beta', 1), deployed('gamma', 1)]);
  expect(roll.summary.seq).toBeLessThan(last);
  expect(await roll.has(last, never)).toBe(true);
  expect(roll.summary.seq).toBe(last);
  expect(await roll.has(last + 1, never)).toBe(false);

  log.head = async () => {
    throw new Error('gone');
  };
  expect(await roll.has(last + 1, never)).toBe(true);
});

test('a duplicate is no update, but the distribution counts it', async () => {
  const log = await newLog();
  const first = deployed('alpha', 100);
  const roll = await rollAt(await serviceOver(log), await append(log, [first]));
  const reading = updatesWhile(roll.updates(1, never), ({ seq }) => seq < 2);
  await append(log, [first]);
  const updates = await reading;
  expect(kinds(updates)).toEqual(['distribution 1', 'distribution 2']);
  expect(updates[1]).toMatchObject({ distribution: { counts: { duplicates: 1 } } });
});

test.each([
  ['kept', 1_000],
  ['folded again from the log', 10],
])('from any entry on there is no gap and no repeat: history is %s', async (_, items) => {
  const log = await newLog();
  const total = 300;
  const contents = Array.from({ length: total }, (_, index) => deployed(`unit-${index % 290}`, 10));
  const service = await serviceOver(log, { updatesKept: { items } });
  const first = await append(log, contents.slice(0, 100));
  const roll = await rollAt(service, first);

  const expected = contents.map((_, index) => `${index < 290 ? 'transition' : 'refusal'} ${index + 1}`);
  const readers = [0, 1, 50, 99, 100].map(async (after) => {
    // A reader that is ended for being slow resumes after what it saw last, as over SSE.
    const seen: Update[] = [];
    for (let last = after; last < total; last = seen.at(-1)?.seq ?? last) {
      seen.push(...(await updatesWhile(roll.updates(last, never), ({ seq }) => seq < total)));
    }
    return [after, seen] as const;
  });
  for (let index = 100; index < total; index += 7) await append(log, contents.slice(index, index + 7));

  for (const [after, seen] of await Promise.all(readers)) {
    expect(facts(seen)).toEqual(expected.slice(after));
    const seqs = seen.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
});

test('a reader that joins in the middle of what is kept gets the rest of it, and one distribution', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const roll = await rollAt(service, await append(log, [deployed('unit', 1)]));
  for (let seq = 2; seq <= 6; seq++) {
    const told = updatesWhile(roll.updates(null, never), ({ kind, ...update }) => {
      return !(kind === 'distribution' && update.seq === seq);
    });
    await append(log, [deployed(`unit-${seq}`, 1)]);
    await told;
  }
  const updates = await updatesWhile(roll.updates(3, never), ({ kind }) => kind !== 'distribution');
  expect(kinds(updates)).toEqual(['transition 4', 'transition 5', 'transition 6', 'distribution 6']);
});

test('a correction is a transition that moves nobody, and what it changes is in the distribution', async () => {
  const log = await newLog();
  const wrong = deployed('alpha', 100);
  const roll = await rollAt(await serviceOver(log), await append(log, [wrong]));
  const reading = updatesWhile(
    roll.updates(0, never),
    ({ kind, seq }) => !(kind === 'distribution' && seq === 3),
  );
  await append(log, [retracted(wrong), event('contingent.committed', 'alpha', {})]);
  const updates = await reading;
  expect(facts(updates)).toEqual(['transition 1', 'transition 2', 'refusal 3']);
  expect(updates.find(({ seq }) => seq === 2)).toMatchObject({ transition: { moves: [] } });
  expect(updates.at(-1)).toMatchObject({
    distribution: { inflow: { best: 0 }, counts: { accepted: 1, retracted: 1, refused: 1 } },
  });
});

test('the past is told as it was then: an entry corrected later still happened', async () => {
  const log = await newLog();
  const wrong = deployed('alpha', 100);
  await append(log, [wrong, event('contingent.committed', 'alpha', {}), retracted(wrong)]);
  const roll = await rollAt(await serviceOver(log), 3);
  const updates = await updatesWhile(roll.updates(0, never), ({ kind }) => kind !== 'distribution');
  expect(kinds(updates)).toEqual(['transition 1', 'transition 2', 'transition 3', 'distribution 3']);
});

test('distributions come at most 20 a second, and the last one always comes', async () => {
  const log = await newLog();
  const roll = await rollAt(await serviceOver(log), await append(log, [deployed('unit', 1)]));
  const total = 400;
  const startedMs = performance.now();
  const reading = updatesWhile(
    roll.updates(null, never),
    ({ kind, seq }) => !(kind === 'distribution' && seq === total),
  );
  for (let index = 1; index < total; index++) await append(log, [deployed(`unit-${index}`, 1)]);
  const updates = await reading;
  const tookMs = performance.now() - startedMs;
  const distributions = updates.filter(({ kind }) => kind === 'distribution');
  expect(facts(updates)).toHaveLength(total - 1);
  // The first at once, then one per 50 ms begun.
  expect(distributions.length).toBeLessThanOrEqual(2 + Math.ceil(tookMs / 50));
  expect(distributions.at(-1)).toMatchObject({ distribution: { inflow: { best: total } } });
});

test.each([
  ['more updates', { items: 10 }],
  ['more bytes', { bytes: 100_000 }],
])('a reader that falls behind by %s than are kept is ended, and resumes without a gap', async (_, kept) => {
  const log = await newLog();
  const service = await serviceOver(log, { updatesKept: kept });
  const roll = await rollAt(service, await append(log, [deployed('unit', 1)]));
  const updates = roll.updates(null, never)[Symbol.asyncIterator]();
  const first = (await updates.next()).value;
  await rollAt(
    service,
    await append(
      log,
      Array.from({ length: 50 }, (_, index) => deployed(`unit-${index}`, 1, { note: 'x'.repeat(8_000) })),
    ),
  );
  expect(await updates.next()).toEqual({ done: true, value: undefined });

  const resumed = await updatesWhile(roll.updates(first?.seq ?? 0, never), ({ seq }) => seq < 51);
  expect(facts(resumed)).toEqual(Array.from({ length: 50 }, (_, index) => `transition ${index + 2}`));
});

test('readers at the same place are given the very same batch', async () => {
  const log = await newLog();
  const roll = await rollAt(await serviceOver(log), await append(log, [deployed('alpha', 100)]));
  const readers = [1, 2, 3].map(() => roll.updateBatches(null, never)[Symbol.asyncIterator]());
  for (const reader of readers) await reader.next();
  await append(log, [deployed('beta', 1), deployed('gamma', 1)]);
  const [one, ...others] = await Promise.all(readers.map(async (reader) => (await reader.next()).value));
  expect(one?.[0]).toMatchObject({ kind: 'transition', seq: 2 });
  for (const other of others) expect(other).toBe(one);
});

test('a reader that asks beyond the head gets what comes from now on', async () => {
  const log = await newLog();
  const roll = await rollAt(await serviceOver(log), await append(log, [deployed('alpha', 1)]));
  const reading = updatesWhile(roll.updates(99, never), ({ seq }) => seq < 2);
  await append(log, [deployed('beta', 1)]);
  expect(kinds(await reading)).toEqual(['distribution 1', 'transition 2']);
});

test('readers end with their signal, and with the service', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  const roll = await rollAt(service, await append(log, [deployed('alpha', 1)]));
  const stop = new AbortController();
  const [one, other] = [roll.updates(null, stop.signal), roll.updates(null, never)].map((updates) =>
    updates[Symbol.asyncIterator](),
  );
  await one?.next();
  await other?.next();
  const waiting = [one?.next(), other?.next()];
  stop.abort();
  expect(await waiting[0]).toEqual({ done: true, value: undefined });
  await service.close();
  expect(await waiting[1]).toEqual({ done: true, value: undefined });
});
