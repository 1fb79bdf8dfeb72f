import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import type { EventLog, OutgoingEvent } from '../../src/log/port.ts';
import { monotonicClock } from '../../src/service/clock.ts';
import { wildLogs } from '../support/arbitrary-logs.ts';
import { countingLog } from './counting-log.ts';
import {
  append,
  bytesOf,
  deployed,
  event,
  newLog,
  record,
  retracted,
  rollAt,
  serviceOver,
  submit,
} from './workbench.ts';

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

async function textsIn(log: EventLog, roll = record): Promise<string[]> {
  const texts: string[] = [];
  for await (const { bytes } of log.read(roll)) texts.push(textOf(bytes));
  return texts;
}

/** A log whose appends go through `intervene`, which is told how many there were before. */
function tampered(
  log: EventLog,
  intervene: (
    real: () => ReturnType<EventLog['append']>,
    events: readonly OutgoingEvent[],
    count: number,
  ) => ReturnType<EventLog['append']>,
): { log: EventLog; sizes: number[] } {
  const sizes: number[] = [];
  const proxy = new Proxy(log, {
    get(target, name) {
      if (name === 'append') {
        return (...[roll, events, options]: Parameters<EventLog['append']>) => {
          sizes.push(events.length);
          return intervene(() => target.append(roll, events, options), events, sizes.length - 1);
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { log: proxy, sizes };
}

const unanswered = async () =>
  ({ ok: false, error: { kind: 'outcome-unknown', message: 'no acknowledgement came' } }) as const;

test('events handed in together get the answers that they get one by one, and the log is the same', async () => {
  const [singleLog, manyLog] = [await newLog(), await newLog()];
  const single = await serviceOver(singleLog);
  const many = await serviceOver(manyLog);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(wildLogs, fc.boolean(), async (events, asOne) => {
      const roll = { theatre: 'ukraine', timeline: `run-${++runs}` };
      const oneByOne = [];
      for (const bytes of events) oneByOne.push(await single.submit(roll, bytes));

      const together = asOne
        ? await many.submitMany(roll, events)
        : await Promise.all(events.map((bytes) => many.submit(roll, bytes)));
      expect(together).toEqual(oneByOne);
      expect(await textsIn(manyLog, roll)).toEqual(await textsIn(singleLog, roll));
      expect(await many.roll(roll)?.document()).toEqual(await single.roll(roll)?.document());
    }),
    { numRuns: 15 },
  );
});

test('what waits is appended at once, up to a limit; a correction goes alone', async () => {
  const { log, sizes } = tampered(await newLog(), (real) => real());
  const service = await serviceOver(log);
  const wrong = deployed('wrong', 1);
  const events = [
    wrong,
    ...Array.from({ length: 600 }, (_, index) => deployed(`unit-${index}`, 1)),
    retracted(wrong),
    deployed('after', 1),
  ];
  const answers = await service.submitMany(record, events.map(bytesOf));
  expect(answers.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect(sizes).toEqual([500, 101, 1, 1]);
});

test('no more than 4 MiB are appended at once', async () => {
  const { log, sizes } = tampered(await newLog(), (real) => real());
  const service = await serviceOver(log);
  const large = (id: string) => bytesOf(deployed(id, 1, { note: 'x'.repeat(MAX_EVENT_BYTES - 1_000) }));
  await service.submitMany(record, ['a', 'b', 'c', 'd', 'e', 'f'].map(large));
  expect(sizes).toEqual([4, 2]);
});

test('an append that another writer overtakes is judged anew on what that one wrote', async () => {
  const real = await newLog();
  const first = deployed('first', 10);
  const { log } = tampered(real, async (go, _events, count) => {
    if (count === 1) await append(real, [event('contingent.committed', 'first', {})]);
    return go();
  });
  const service = await serviceOver(log);
  await submit(service, first);
  const answers = await service.submitMany(
    record,
    [event('contingent.committed', 'first', {}), deployed('second', 10)].map(bytesOf),
  );
  expect(answers).toMatchObject([
    { kind: 'refused', refusal: { code: 'not-allowed' } },
    { kind: 'accepted', seq: 3 },
  ]);
});

test('a lost acknowledgement: what arrived is found in the log, and nothing is appended twice', async () => {
  const { log, sizes } = tampered(await newLog(), async (go, _events, count) => {
    const result = await go();
    return count === 0 ? unanswered() : result;
  });
  const service = await serviceOver(log);
  const alpha = bytesOf(deployed('alpha', 10));
  const answers = await service.submitMany(record, [alpha, bytesOf(deployed('beta', 10)), alpha]);
  expect(answers).toMatchObject([
    { kind: 'accepted', seq: 1 },
    { kind: 'accepted', seq: 2 },
    { kind: 'duplicate', seq: 1, of: 1 },
  ]);
  expect(sizes).toEqual([2]);
});

test('verdicts are those of the fold as it goes on: the log is not read again for them, nor for a lost acknowledgement', async () => {
  const counting = countingLog(await newLog());
  await append(counting.log, [deployed('alpha', 10), deployed('beta', 10)]);
  const { log } = tampered(counting.log, async (go, _events, count) => {
    const result = await go();
    return count === 1 ? unanswered() : result;
  });
  const service = await serviceOver(log);
  await rollAt(service, 2);
  const { read } = counting.counts;
  expect(await submit(service, deployed('gamma', 10))).toMatchObject({ kind: 'accepted', seq: 3 });
  expect(await submit(service, deployed('delta', 10))).toMatchObject({ kind: 'accepted', seq: 4 });
  expect(counting.counts.read).toBe(read);
});

test('a lost acknowledgement: what did not arrive is appended again, with the same identities', async () => {
  const { log, sizes } = tampered(await newLog(), (go, _events, count) =>
    count === 0 ? unanswered() : go(),
  );
  const service = await serviceOver(log);
  const answers = await service.submitMany(
    record,
    [deployed('alpha', 10), deployed('beta', 10)].map(bytesOf),
  );
  expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  expect(sizes).toEqual([2, 2]);
  expect(await log.head(record)).toBe(2);
});

test('a lost acknowledgement: of a beginning in the log each has its verdict, and the rest is appended', async () => {
  const real = await newLog();
  const { log, sizes } = tampered(real, async (go, events, count) => {
    if (count > 0) return go();
    await real.append(record, events.slice(0, 2));
    return unanswered();
  });
  const service = await serviceOver(log);
  const events = ['alpha', 'beta', 'gamma', 'delta'].map((id) => deployed(id, 10));
  const answers = await service.submitMany(record, events.map(bytesOf));
  expect(answers).toMatchObject([1, 2, 3, 4].map((seq) => ({ kind: 'accepted', seq })));
  expect(sizes).toEqual([4, 2]);
  expect(await textsIn(real)).toEqual(events.map((content) => JSON.stringify(content)));
});

test('a log that never acknowledges leaves the outcome unknown, and what comes after it untried', async () => {
  const { log, sizes } = tampered(await newLog(), unanswered);
  const service = await serviceOver(log);
  const events = Array.from({ length: 501 }, (_, index) => deployed(`unit-${index}`, 10));
  const answers = await service.submitMany(record, events.map(bytesOf));
  expect(answers.slice(0, 500)).toMatchObject(
    Array.from({ length: 500 }, () => ({ kind: 'unavailable', outcome: 'unknown' })),
  );
  expect(answers[500]).toEqual({ kind: 'not-tried' });
  expect(sizes).toEqual([500, 500]);
});

test('a log that never acknowledges and counts what it never gives is not waited for as long as for a fold', async () => {
  const real = await newLog();
  const full = { is: false };
  const { log } = tampered(real, (go) => (full.is ? unanswered() : go()));
  const overstating = new Proxy(log, {
    get(target, name) {
      if (name === 'head') return async () => (await real.head(record)) + (full.is ? 1 : 0);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const quick = (ms: number) => AbortSignal.timeout(ms / 20);
  const service = await serviceOver(overstating, { clock: { ...monotonicClock, timeout: quick } });
  await submit(service, deployed('before', 10));
  full.is = true;
  const patience = once(quick(45_000), 'abort').then(() => 'nothing');
  expect(await Promise.race([submit(service, deployed('after', 10)), patience])).toEqual({
    kind: 'unavailable',
    outcome: 'unknown',
    message: 'the log did not say whether it took the event.',
  });
});

test('a log that takes nothing: what stands without it is answered, the rest is not taken', async () => {
  const { log } = tampered(await newLog(), async (go, _events, count) =>
    count === 0 ? go() : { ok: false, error: { kind: 'unavailable', message: 'the disk is full.' } },
  );
  const service = await serviceOver(log);
  const alpha = deployed('alpha', 10);
  await submit(service, alpha);
  const together = [alpha, deployed('beta', 10), deployed('alpha', 1), deployed('gamma', 1)].map(bytesOf);
  expect(await service.submitMany(record, together)).toMatchObject([
    { kind: 'duplicate', of: 1 },
    { kind: 'unavailable', outcome: 'not-taken', message: 'the disk is full.' },
    { kind: 'not-tried' },
    { kind: 'not-tried' },
  ]);
  expect(await log.head(record)).toBe(1);
});

test('what waits is bounded by bytes: more is turned away, and all that was taken gets its verdict', async () => {
  const holding = new AbortController();
  const { log } = tampered(await newLog(), async (go) => {
    if (!holding.signal.aborted) await once(holding.signal, 'abort');
    return go();
  });
  const service = await serviceOver(log);
  const large = (id: string) => bytesOf(deployed(id, 1, { note: 'x'.repeat(MAX_EVENT_BYTES - 1_000) }));
  const taken = Array.from({ length: 64 }, (_, index) => service.submit(record, large(`unit-${index}`)));
  const more = await service.submitMany(record, [large('one-more'), bytesOf(deployed('and-another', 1))]);
  expect(more).toMatchObject([{ kind: 'unavailable', outcome: 'not-taken' }, { kind: 'not-tried' }]);
  holding.abort();
  expect((await Promise.all(taken)).every(({ kind }) => kind === 'accepted')).toBe(true);
  expect((await service.submit(record, large('later'))).kind).toBe('accepted');
});
