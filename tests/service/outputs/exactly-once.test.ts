import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from 'nats';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RollId } from '../../../events/ids.ts';
import { Publisher } from '../../../src/log/jetstream/publisher.ts';
import { checkpointSubject, OUT_STREAM } from '../../../src/log/subjects.ts';
import { MACHINE_VERSION } from '../../../src/readmodels/machine-version.ts';
import { monotonicClock } from '../../../src/service/clock.ts';
import { JetStreamOutputStream } from '../../../src/service/nats/jetstream-output-stream.ts';
import { outputsOf } from '../../../src/service/outputs/output-messages.ts';
import { OutputProgress } from '../../../src/service/outputs/output-progress.ts';
import type { OutputStream } from '../../../src/service/outputs/output-stream.ts';
import { publishOutputs } from '../../../src/service/outputs/publish-outputs.ts';
import { currentServer, startThrowawayServer, type ThrowawayServer } from '../../support/nats-server.ts';
import { deployed, rollAt, silent, updatesWhile } from '../workbench.ts';
import { afterOutputs } from './after-outputs.ts';
import {
  checkpointOf,
  countOf,
  cuttable,
  digestOf,
  dueOf,
  eventful,
  expectExact,
  follower,
  type Seen,
  seenOf,
} from './output-bench.ts';

const SEED = 20_260_212;
/** How many contingents there are, and after how many outputs a writer is killed: in batches, within the second one. */
const MANY_ONE_BY_ONE = { many: 45, killAfter: 30 };
const MANY_IN_BATCHES = { many: 550, killAfter: 1_050 };
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

function describeOn(name: string, binary: string, { many, killAfter }: typeof MANY_ONE_BY_ONE): void {
  describe(`outputs on ${name}`, { timeout: 180_000 }, () => {
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

    test('killed in the middle of a fan-out: the next one leaves no gap and no repeat', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(many), roll);
      const argv = [
        path('../../support/run-ts.mjs'),
        path('publishing-process.ts'),
        server.url,
        String(killAfter),
      ];
      const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
      const due = await dueOf(service, roll, head);
      const count = await countOf(connection, roll);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(due.length);
      await publish('survivor');
      await expectExact(connection, service, roll, head);
    });

    test('the server killed in the middle of a fan-out and back', async () => {
      const roll = { theatre: 'same', timeline: 'record' };
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(40), roll);
      const through = await server.connect();
      const killed = new Promise<void>((resolve) => {
        afterOutputs(through, 30, () => void server.kill().then(resolve));
      });
      await publish('patient', through);
      await killed;
      await server.restart();
      const isBack = () =>
        countOf(connection, roll).then(
          () => true,
          () => false,
        );
      await expect.poll(isBack, { timeout: 60_000 }).toBe(true);
      outputsOn.set(name, await expectExact(connection, service, roll, head));
    });

    test('what was stored and never acknowledged is not written again', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(10), roll);
      const way = await cuttable(server.url);
      const deaf = new Promise<void>((resolve) => {
        afterOutputs(way.connection, 5, () => {
          way.deafen();
          resolve();
        });
      });
      await publish('deaf', way.connection);
      await deaf;
      await expect.poll(() => countOf(connection, roll)).toBeGreaterThanOrEqual(5);
      way.cut();
      await expectExact(connection, service, roll, head);
    });

    test('of two writers at once the fence lets one through, and the other goes on after it', async () => {
      const roll = newRoll();
      const { put, service } = await follower(connection);
      const fast = await openStream(connection);
      const slow = await openStream(await server.connect());
      const stop = new AbortController();
      let fencesLost = 0;
      const head = await put(eventful(10), roll);
      const live = await rollAt(service, head, roll);
      const publishing = (stream: OutputStream, writer: string, onFenceLost: () => void) => {
        const running = publishOutputs(
          live,
          { clock: monotonicClock, stream, writer, turns: pLimit(1), logger: silent, onFenceLost },
          stop.signal,
        );
        onTestFinished(() => running);
        onTestFinished(() => stop.abort());
      };
      // The slow one knows where the outputs stand and what is due, and then lets the other one write it first.
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const appendHeld = async (...args: Parameters<OutputStream['append']>) => {
        reached();
        await held;
        return slow.append(...args);
      };
      let reached = () => {};
      const isReached = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const slowed = { most: slow.most, standing: (of: RollId) => slow.standing(of), append: appendHeld };
      publishing(slowed, 'slow', () => {
        fencesLost += 1;
      });
      await isReached;
      publishing(fast, 'fast', () => {});
      await expectExact(connection, service, roll, head);
      expect(fencesLost).toBe(0);
      letGo();
      await expect.poll(() => fencesLost).toBe(1);
      for (let more = 1; more <= 5; more++) {
        await put([deployed(`more-${more}`, 1)], roll);
        await expectExact(connection, service, roll, head + more);
      }
    });

    test('two writers at once, cut off and deafened at random: each output once, in order', async () => {
      const random = seeded(SEED);
      const [one, other] = [await follower(connection), await follower(await server.connect())];
      const [left, right] = [await cuttable(server.url), await cuttable(server.url)];
      await one.publish('left', left.connection);
      await other.publish('right', right.connection);
      for (let round = 0; round < 2; round++) {
        const roll = newRoll();
        let head = 0;
        for (let chunk = 0; chunk < 3; chunk++) {
          const some = Array.from({ length: 20 }, (_, index) => deployed(`unit-${chunk}-${index}`, 1));
          head = await one.put(some, roll);
          for (const way of [left, right]) {
            if (random() < 0.4) way.deafen();
            await delay(random() * 60);
            if (random() < 0.6) way.cut();
          }
        }
        head = await one.put(eventful(20), roll);
        await delay(random() * 100);
        for (const way of [left, right]) way.cut();
        await expectExact(connection, one.service, roll, head);
      }
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
      const due = await dueOf(service, roll, head);
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

    test('another version of the machines goes on after what was told, and digests what it tells itself', async () => {
      const roll = newRoll();
      const { put, service, publish } = await follower(connection);
      const head = await put(eventful(5), roll);
      const stream = await openStream(connection);
      const live = await rollAt(service, head, roll);
      const progress = new OutputProgress(await stream.standing(roll), 'before');
      const [first] = await updatesWhile(live.updates(0, new AbortController().signal), () => false);
      const due = first === undefined ? null : progress.due([...outputsOf(roll, first)]);
      if (due === null) throw new Error('nothing is due');
      await stream.append(roll, due.outputs, { ...due.checkpoint, machineVersion: 'before' }, progress.fence);

      await publish('after');
      const all = await dueOf(service, roll, head);
      const told = digestOf(all.slice(1));
      await expect.poll(async () => (await checkpointOf(connection, roll))?.digest).toBe(told);
      expect(await seenOf(connection, roll)).toEqual(all);
      expect(await checkpointOf(connection, roll)).toMatchObject({
        machineVersion: MACHINE_VERSION,
        since: { seq: 1, part: 1 },
      });
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

describeOn('the nats-server on PATH', 'nats-server', MANY_ONE_BY_ONE);

const current = currentServer();
if ('binary' in current) {
  describeOn('a current nats-server', current.binary, MANY_IN_BATCHES);
  test('two followers on two servers write the same bytes', () => {
    const [one, other, ...more] = [...outputsOn.values()];
    expect(one?.length).toBeGreaterThan(80);
    expect(other).toEqual(one);
    expect(more).toEqual([]);
  });
} else {
  describe.skip(`outputs on a current nats-server: ${current.missing}`, () => {
    test('the suite', () => undefined); // a suite without a test is not reported
  });
}
