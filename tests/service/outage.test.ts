import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { Muster } from '../../src/service/lifecycle.ts';
import { openMuster } from '../../src/service/lifecycle.ts';
import type { Submission } from '../../src/service/service.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { bytesOf, deployed, newDirectory, record } from './workbench.ts';

const current = currentServer();

/** What it gives in the end; the machine may be busy. */
const eventually = (give: () => unknown) => expect.poll(give, { interval: 20, timeout: 30_000 });

describe.each([
  ['nats-server on the path', 'nats-server'],
  ...('binary' in current ? [['a current nats-server', current.binary]] : []),
] as [string, string][])('%s', (_name, binary) => {
  let server: ThrowawayServer;
  let muster: Muster;

  afterEach(async () => {
    await muster?.close();
    await server?.discard();
  }, 60_000);

  test('killed and started again: nothing that was acknowledged is lost, nothing is there twice, and it goes on by itself', async () => {
    server = await startThrowawayServer(binary);
    const lines: string[] = [];
    const logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
    muster = await openMuster({ dataDirectory: await newDirectory(), nats: server.url, logger });
    const { service, log } = muster;
    await service.whenReady();
    expect(service.unreadiness()).toBeNull();

    const answers = new Map<string, Submission>();
    let isWriting = true;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; isWriting; round++) {
        const id = `e-${writer}-${round}`;
        const bytes = bytesOf(deployed(id, 10, { id }));
        let answer = await service.submit(record, bytes);
        while (answer.kind === 'unavailable' && isWriting) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          answer = await service.submit(record, bytes);
        }
        answers.set(id, answer);
      }
    });
    const accepted = () => [...answers.values()].filter(({ kind }) => kind === 'accepted').length;
    for (const target of [100, 200]) {
      await eventually(accepted).toBeGreaterThan(target);
      await server.kill();
      await eventually(() => service.unreadiness()).toMatch(
        /cannot be reached: there is no connection to the NATS/,
      );
      expect(await service.submit(record, bytesOf(deployed('in-between', 1)))).toMatchObject({
        kind: 'unavailable',
        outcome: 'not-taken',
      });
      await eventually(() => service.telemetry.registry.metrics()).toContain('muster_nats_connected 0\n');
      await server.restart();
      await eventually(() => service.unreadiness()).toBeNull();
      expect(await service.telemetry.registry.metrics()).toContain('muster_nats_connected 1\n');
    }
    await eventually(accepted).toBeGreaterThan(300);
    isWriting = false;
    await Promise.all(writers);
    const said = lines.map((line) => JSON.parse(line));
    for (const event of ['lost; trying again', 'back']) {
      const times = said.filter(({ msg }) => msg === `The connection to NATS is ${event}`);
      expect(times, event).toHaveLength(2);
    }
    expect(said).toContainEqual(
      expect.objectContaining({ roll: 'ukraine.record', msg: 'Holds the roll from now on' }),
    );
    // An outage as long as a lease costs the lease, which is taken again then.
    await eventually(() => service.telemetry.registry.metrics()).toContain('muster_leases_held 1\n');
    const metrics = await service.telemetry.registry.metrics();
    expect(metrics).toContain('muster_members 1\n');
    expect(metrics).toMatch(/^muster_append_duration_seconds_count\{result="appended"\} [1-9]/m);

    const places = new Map<string, number>();
    for await (const { seq, bytes } of log.read(record)) {
      const { id } = JSON.parse(Buffer.from(bytes).toString());
      expect(places.has(id)).toBe(false);
      places.set(id, seq);
    }
    for (const [id, answer] of answers) {
      if (answer.kind === 'accepted' || answer.kind === 'duplicate')
        expect([id, answer.seq]).toEqual([id, places.get(id)]);
      else expect(answer.kind).toBe('unavailable');
    }
  });
});
