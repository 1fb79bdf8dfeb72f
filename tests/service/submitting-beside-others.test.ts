import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { startMicroService } from '../../src/service/nats/micro-service.ts';
import { startService } from '../../src/service/start-service.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { append, bytesOf, deployed, event, newLog, serviceOver, silent, submit } from './workbench.ts';

describe.each([
  { line: 'the nats-server on PATH', server: { binary: 'nats-server' } },
  { line: 'a current nats-server', server: currentServer() },
])('a verdict on $line', ({ server }) => {
  const isMissing = 'missing' in server;
  let running: ThrowawayServer;
  beforeAll(async () => {
    if (!isMissing) running = await startThrowawayServer(server.binary);
  });
  afterAll(() => running?.discard());

  /** A Muster of its own on that server. */
  async function newService() {
    const connection = await running.connect();
    const log = await openJetStreamLog(connection);
    const service = await startService({ log, logger: silent });
    const micro = await startMicroService(connection, service, silent);
    onTestFinished(async () => {
      await micro.stop();
      await service.close();
      await log.close();
    });
    return service;
  }

  test.skipIf(isMissing)('is judged on all that others had acknowledged before', async () => {
    const [service, other] = [await newService(), await newService()];
    const client = await running.connect();
    const publish = (unit: string, content: unknown) =>
      jetstream(client).publish(`muster.ukraine.record.event.${unit}`, bytesOf(content));
    const request = async (content: unknown) =>
      (await client.request('muster.ukraine.record.submit', bytesOf(content), { timeout: 10_000 })).json();
    const deploy = (units: readonly string[], by: (unit: string) => Promise<unknown>) =>
      Promise.all(units.map((unit) => by(unit)));
    for (let round = 1; round <= 6; round++) {
      const units = Array.from({ length: 100 }, (_, at) => `unit-${round}-${at}`);
      // A publisher and another Muster in turn, and each way in.
      if (round % 2 === 0) await deploy(units, (unit) => publish(unit, deployed(unit, 100)));
      else await deploy(units, (unit) => submit(other, deployed(unit, 100)));
      const last = units.at(-1) ?? '';
      const gone = event('contingent.repatriated', last, {});
      const answer = round % 3 === 0 ? await request(gone) : await submit(service, gone);
      expect(answer).toMatchObject({ kind: 'accepted', seq: 101 * round });
    }
  });
});

test('a verdict over the embedded log is judged on all that was acknowledged before', async () => {
  const log = await newLog();
  const service = await serviceOver(log);
  await submit(service, deployed('unit', 100));
  for (let at = 1; at <= 20; at++) {
    await append(log, [deployed(`unit-${at}`, 100)]);
    const gone = event('contingent.repatriated', `unit-${at}`, {});
    expect(await submit(service, gone)).toMatchObject({ kind: 'accepted', seq: 1 + 2 * at });
  }
});
