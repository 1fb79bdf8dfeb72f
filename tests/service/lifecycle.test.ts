import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { StoreHeldError } from '../../src/log/embedded/holder.ts';
import { NatsUnreachableError } from '../../src/log/jetstream/connect.ts';
import { openMuster } from '../../src/service/lifecycle.ts';
import { bytesOf, deployed, newDirectory, record, silent } from './workbench.ts';

test('over the embedded log it keeps everything in its directory, and finds it again', async () => {
  const dataDirectory = await newDirectory();
  const first = await openMuster({ dataDirectory, logger: silent });
  expect(first.localNatsUrl).toBeNull();
  expect(await first.service.submit(record, bytesOf(deployed('alpha', 100)))).toMatchObject({ seq: 1 });
  await Promise.all([first.close(), first.close()]);
  expect(await first.service.submit(record, bytesOf(deployed('beta', 1)))).toMatchObject({
    kind: 'unavailable',
    outcome: 'not-taken',
  });
  expect(existsSync(join(dataDirectory, 'checkpoints', 'ukraine.record.checkpoint'))).toBe(true);

  const second = await openMuster({ dataDirectory, logger: silent });
  expect(await second.service.whenReady()).toBe(true);
  expect(second.service.roll(record)?.distribution()).toMatchObject({ seq: 1, inflow: { best: 100 } });
  await second.close();
});

test('with a server of its own it is on NATS, and takes the server with it', async () => {
  const dataDirectory = await newDirectory();
  const muster = await openMuster({ dataDirectory, nats: 'local', logger: silent });
  await muster.service.open(record, { title: 'Record', basis: 'reported', base: null });
  const client = await connect({ servers: muster.localNatsUrl ?? '', reconnect: false });
  const answer = await client.request('muster.ukraine.record.submit', bytesOf(deployed('alpha', 100)), {
    timeout: 20_000,
  });
  expect(answer.json()).toMatchObject({ kind: 'accepted', seq: 1 });
  const gone = client.closed();
  await muster.close();
  await gone;

  const again = await openMuster({ dataDirectory, nats: 'local', logger: silent });
  await again.service.whenReady();
  expect(again.service.roll(record)?.distribution()).toMatchObject({ seq: 1, inflow: { best: 100 } });
  await again.close();
});

test('what fails to open leaves nothing open', async () => {
  const dataDirectory = await newDirectory();
  const holder = await openMuster({ dataDirectory, logger: silent });
  await expect(openMuster({ dataDirectory, logger: silent })).rejects.toThrow(StoreHeldError);
  await holder.close();
  await (await openMuster({ dataDirectory, logger: silent })).close();
});

test('an address where no NATS server answers is told, without what is secret in it', async () => {
  const dataDirectory = await newDirectory();
  const opening = openMuster({ dataDirectory, nats: 'nats://me:hidden@127.0.0.1:1', logger: silent });
  const error = await opening.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NatsUnreachableError);
  expect(String(error)).toContain('127.0.0.1:1');
  expect(String(error)).not.toContain('hidden');
});
