import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RollId } from '../../../events/ids.ts';
import { Publisher } from '../../../src/log/jetstream/publisher.ts';
import { checkpointSubject, OUT_STREAM } from '../../../src/log/subjects.ts';
import { JetStreamOutputStream } from '../../../src/service/nats/jetstream-output-stream.ts';
import { outputsOf } from '../../../src/service/outputs/output-messages.ts';
import { OutputProgress } from '../../../src/service/outputs/output-progress.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../../support/nats-server.ts';
import { deployed, rollAt, updatesWhile } from '../workbench.ts';
import {
  checkpointOf,
  countOf,
  cuttable,
  dueOf,
  eventful,
  expectExact,
  follower,
  type Seen,
  seenOf,
} from './output-bench.ts';

const SEED = 20_260_212;
/** More than one batch takes. */
const MANY = 1_200;
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const outputsOn = new Map<string, readonly Seen[]>();

/** mulberry32: numbers from 0 to 1 that a seed decides. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function describeOn(name: string, binary: string): void {
  describe(`outputs on ${name}`, { timeout: 120_000 }, () => {
    let server: ThrowawayServer;
    let connection: NatsConnection;
    let theatres = 0;
    const newRoll = (): RollId => ({ theatre: `outputs-${++theatres}`, timeline: 'record' });

    beforeAll(async () => {
      server = await startThrowawayServer(binary);
      connection = await server.connect();
    });
    afterAll(() => server.discard());

    async function openStream(through: NatsConnection): Promise<JetStreamOutputStream> {
      const publisher = new Publisher(through, 3_000, () => through.flush());
      onTestFinished(() => publisher.close());
      return JetStreamOutputStream.open(through, publisher, 1);
    }

    test('killed in the middle of a fan-out, with the next one at work: no gap, no repeat', async () => {
      const roll = { theatre: 'same', timeline: 'record' };
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(MANY), roll);
      await openStream(connection);
      const killed = async (atLeast: number) => {
        const argv = [path('../../support/run-ts.mjs'), path('publishing-process.ts'), server.url];
        const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
        onTestFinished(() => void child.kill('SIGKILL'));
        await expect
          .poll(() => countOf(connection, roll), { timeout: 60_000, interval: 2 })
          .toBeGreaterThan(atLeast);
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      };
      await killed(10);
      await killed(Math.max(MANY + 20, await countOf(connection, roll)));
      await publish('survivor');
      outputsOn.set(name, await expectExact(connection, service, roll, head));
    });

    test('two writers at once, cut off and deafened at random: each output once, in order', async () => {
      const random = seeded(SEED);
      const [one, other] = [await follower(connection), await follower(await server.connect())];
      const [left, right] = [await cuttable(server.url), await cuttable(server.url)];
      await one.publish('left', left.connection);
      await other.publish('right', right.connection);
      for (let round = 0; round < 3; round++) {
        const roll = newRoll();
        let head = 0;
        for (let chunk = 0; chunk < 3; chunk++) {
          const some = Array.from({ length: 60 }, (_, index) => deployed(`unit-${chunk}-${index}`, 1));
          head = await one.put(some, roll);
          for (const way of [left, right]) {
            if (random() < 0.4) way.deafen();
            await delay(random() * 60);
            if (random() < 0.6) way.cut();
          }
        }
        head = await one.put(eventful(100), roll);
        await delay(random() * 100);
        for (const way of [left, right]) way.cut();
        await expectExact(connection, one.service, roll, head);
      }
    });

    test('the server killed in the middle of a fan-out and back', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(MANY), roll);
      await publish('patient');
      await expect
        .poll(() => countOf(connection, roll), { timeout: 40_000, interval: 2 })
        .toBeGreaterThan(10);
      await server.kill();
      await server.restart();
      await expectExact(connection, service, roll, head);
    });

    test('a zombie that wakes up with a stale fence writes nothing', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      await put([deployed('alpha', 1)], roll);
      const outputs = await publish('first');
      await expectExact(connection, service, roll, 1);
      await outputs.stop();

      const zombie = await openStream(await server.connect());
      const progress = new OutputProgress(await zombie.standing(roll), 'zombie');
      const head = await put([deployed('beta', 1), deployed('gamma', 1)], roll);
      const live = await rollAt(service, head, roll);
      const [beta] = await updatesWhile(live.updates(1, new AbortController().signal), () => false);
      if (beta === undefined) throw new Error('no update');
      const due = progress.due([...outputsOf(roll, beta)]);
      if (due === null) throw new Error('nothing is due');

      await publish('second');
      const before = await expectExact(connection, service, roll, head);
      const append = () => zombie.append(roll, due.outputs, due.checkpoint, progress.fence);
      expect(await append()).toMatchObject({ kind: 'fenced' });
      expect(await append()).toMatchObject({ kind: 'fenced' });
      expect(await zombie.append(roll, [], due.checkpoint, progress.fence)).toMatchObject({ kind: 'fenced' });
      expect(await seenOf(connection, roll)).toEqual(before);
      expect(await checkpointOf(connection, roll)).toMatchObject({ writer: 'second', seq: 3, part: 1 });
      expect(progress.lookAgain(await zombie.standing(roll))).toBe(true);
      expect(progress.due(due.outputs)).toBeNull();
    });

    test('what an older Muster wrote is gone on with, from its last message', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(5), roll);
      await openStream(connection);
      const { due } = await dueOf(service, roll, head);
      const inMiddle = due.findIndex(([, , part]) => part === '3/6') + 1;
      expect(inMiddle).toBeGreaterThan(5);
      for (const [subject, seq, , body] of due.slice(0, inMiddle)) {
        const header = headers();
        header.set('Muster-Seq', seq);
        await connection.request(subject, body, { headers: header, timeout: 10_000 });
      }
      await publish('new');
      await expect.poll(() => countOf(connection, roll)).toBe(due.length);
      const told = (seen: readonly Seen[]) => seen.map(([subject, seq, , body]) => [subject, seq, body]);
      const seen = await seenOf(connection, roll);
      expect(told(seen)).toEqual(told(due));
      expect(seen.slice(inMiddle)).toEqual(due.slice(inMiddle));
    });

    test('of each roll one checkpoint stays, and readers are given all outputs', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      await publish('only');
      const manager = await jetstreamManager(connection);
      const durable = `reader-${roll.theatre}`;
      await manager.consumers.add(OUT_STREAM, {
        durable_name: durable,
        filter_subject: `muster.${roll.theatre}.record.transition.>`,
      });
      for (let seq = 1; seq <= 4; seq++) {
        await put([deployed(`unit-${seq}`, 1)], roll);
        await expectExact(connection, service, roll, seq);
      }
      const subject = checkpointSubject(roll);
      const count = async () =>
        (await manager.streams.info(OUT_STREAM, { subjects_filter: subject })).state.subjects?.[subject];
      await expect.poll(count).toBe(1);
      expect((await manager.consumers.info(OUT_STREAM, durable)).num_pending).toBe(4);
    });
  });
}

describeOn('the nats-server on PATH', 'nats-server');

const current = currentServer();
if ('binary' in current) {
  describeOn('a current nats-server', current.binary);
  test('two followers on two servers write the same bytes', () => {
    const [one, other, ...more] = [...outputsOn.values()];
    expect(one?.length).toBeGreaterThan(2 * MANY);
    expect(other).toEqual(one);
    expect(more).toEqual([]);
  });
} else {
  describe.skip(`outputs on a current nats-server: ${current.missing}`, () => {
    test('the suite', () => undefined); // a suite without a test is not reported
  });
}
