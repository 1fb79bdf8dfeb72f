import { expect, test } from 'vitest';
import { openMuster } from '../../src/service/lifecycle.ts';
import { currentServer } from '../support/nats-server.ts';
import { overCluster } from '../torture/cluster.ts';
import { bytesOf, deployed, newDirectory, record, silent } from './workbench.ts';

const found = currentServer();
const line = { version: 'of the cluster', binary: 'binary' in found ? found.binary : 'nats-server' };

test('without most of its copies the stream is named within 15 s though nobody appends, until they are back', async () => {
  await overCluster(line, async ({ urls, end, restart, leaderOf }) => {
    const dataDirectory = await newDirectory();
    const muster = await openMuster({ dataDirectory, nats: urls.join(','), replicas: 3, logger: silent });
    try {
      const { service } = muster;
      const submit = async (contingent: string) =>
        (await service.submit(record, bytesOf(deployed(contingent, 10)))).kind;
      expect(await submit('alpha')).toBe('accepted');
      expect(service.unreadiness()).toBeNull();

      // The leader stays, and goes on to say for 20 s that it leads.
      const leader = await leaderOf('MUSTER_EVENTS');
      const others = [0, 1, 2].filter((node) => node !== leader);
      await Promise.all(others.map((node) => end(node, 'SIGKILL')));
      const reason = /MUSTER_EVENTS has no leader: .*node-1, node-2, node-3.*; start those that are gone/;
      await expect.poll(() => service.unreadiness(), { timeout: 15_000 }).toMatch(reason);
      expect(await submit('bravo')).toBe('unavailable');

      for (const node of others) restart(node);
      await expect.poll(() => service.unreadiness(), { timeout: 60_000 }).toBeNull();
      await expect.poll(() => submit('charlie'), { timeout: 30_000 }).toMatch(/accepted|duplicate|refused/);
    } finally {
      await muster.close();
    }
  });
}, 180_000);
