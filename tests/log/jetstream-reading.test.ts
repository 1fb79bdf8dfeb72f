import { expect, onTestFinished, test, vi } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { collect, eventsOf } from '../contracts/event-log.ts';
import { startThrowawayServer } from '../support/nats-server.ts';

test('what is read from a known cursor on costs no look at what came before', async () => {
  const server = await startThrowawayServer('nats-server');
  onTestFinished(() => server.discard());
  const roll = { theatre: 'reading', timeline: 'record' };
  const writing = await openJetStreamLog(await server.connect());
  await writing.append(roll, eventsOf(Array.from({ length: 500 }, (_, index) => `event ${index}`)));
  const last = (await collect(writing.read(roll))).at(-1);
  await writing.close();

  const connection = await server.connect();
  const log = await openJetStreamLog(connection);
  onTestFinished(() => log.close());
  const before = connection.stats().inMsgs;
  expect(await collect(log.read(roll, { from: 500, cursor: last?.cursor ?? 0 }))).toEqual([last]);
  expect(connection.stats().inMsgs - before).toBeLessThan(50);
});

test('who leaves a reading in its middle and closes the log has no timer left that keeps the process', async () => {
  const server = await startThrowawayServer('nats-server');
  onTestFinished(() => server.discard());
  const roll = { theatre: 'left', timeline: 'record' };
  const log = await openJetStreamLog(await server.connect());
  await log.append(roll, eventsOf(['one', 'other']));

  const [set, cleared] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')];
  onTestFinished(() => void vi.restoreAllMocks());
  const entries = log.read(roll)[Symbol.asyncIterator]();
  await entries.next();
  const timers = set.mock.results.map(({ value }) => value).filter((timer) => timer.hasRef());
  expect(timers).not.toEqual([]);
  await log.close();
  const left = timers.filter((timer) => cleared.mock.calls.every(([one]) => one !== timer));
  expect(left).toHaveLength(0);
});
