import { expect, onTestFinished, test } from 'vitest';
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
