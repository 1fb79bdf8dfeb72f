import { jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { fitStream } from '../../../src/log/jetstream/fit-stream.ts';
import { Publisher } from '../../../src/log/jetstream/publisher.ts';
import { OUT_STREAM } from '../../../src/log/subjects.ts';
import { JetStreamOutputStream } from '../../../src/service/nats/jetstream-output-stream.ts';
import { NewestValues } from '../../../src/service/nats/newest-values.ts';
import {
  currentServer,
  keepAnotherStream,
  startThrowawayServer,
  type ThrowawayServer,
} from '../../support/nats-server.ts';

const valueSchema = z.object({ seq: z.number(), by: z.string() });
const bodyOf = (seq: number, by: string) => JSON.stringify({ seq, by });

function describeOn(name: string, binary: string): void {
  describe(`what outputs are kept in, on ${name}`, () => {
    let server: ThrowawayServer;
    let connection: NatsConnection;
    let buckets = 0;

    beforeAll(async () => {
      server = await startThrowawayServer(binary);
      connection = await server.connect();
      await keepAnotherStream(await jetstreamManager(connection));
    });
    afterAll(() => server.discard());

    function publisher(): Publisher {
      const made = new Publisher(connection, 10_000, () => connection.flush());
      onTestFinished(() => made.close());
      return made;
    }

    test('a stream that would lose outputs is mended, or refused with the setting and what to do', async () => {
      const manager = await jetstreamManager(connection);
      const subjects = ['muster.*.*.transition.>'];
      const remade = async (settings: object) => {
        for await (const { config } of manager.streams.list()) {
          if (config.name === OUT_STREAM) await manager.streams.delete(OUT_STREAM);
        }
        await manager.streams.add({ name: OUT_STREAM, subjects, ...settings });
        return JetStreamOutputStream.open(connection, publisher(), 1);
      };
      await remade({ max_msgs: 10, max_msgs_per_subject: 1, max_age: 60e9, deny_delete: false });
      const { config } = await manager.streams.info(OUT_STREAM);
      expect(config).toMatchObject({ max_msgs: -1, max_msgs_per_subject: -1, max_age: 0 });
      expect(config.subjects).toEqual(
        expect.arrayContaining(['muster.*.*.transition.>', 'muster.*.*.refusal.>', 'muster.*.*.checkpoint']),
      );
      for (const [setting, settings] of [
        ['retention', { retention: RetentionPolicy.Workqueue }],
        ['storage', { storage: StorageType.Memory }],
        ['deny_delete', { deny_delete: true }],
      ] as const) {
        await expect(remade(settings)).rejects.toMatchObject({
          name: 'StreamUnfitError',
          setting,
          message: expect.stringMatching(new RegExp(`stream ${OUT_STREAM} .*${setting}`)),
        });
      }
      await manager.streams.delete(OUT_STREAM);
    });

    test('two that make the stream at the same moment, with settings of their own, both go on, and one gets what it needs', async () => {
      const manager = await jetstreamManager(connection);
      const name = 'MADE_TWICE';
      const needs = [
        ['made.both', 'made.one'],
        ['made.both', 'made.other'],
      ];
      await Promise.all(needs.map((subjects) => fitStream(manager, name, { subjects }, 1)));
      // The server takes requests that come together in any order.
      const { config } = await manager.streams.info(name);
      expect(needs).toContainEqual(config.subjects);
    });

    async function newBucket() {
      const bucket = await new Kvm(jetstream(connection)).create(`newest-${++buckets}`, { history: 64 });
      /** Every value that stood at the key, the oldest first. */
      const stood = async () => {
        const values: z.infer<typeof valueSchema>[] = [];
        for await (const entry of await bucket.history({ key: 'key' }))
          values.push(valueSchema.parse(entry.json()));
        return values;
      };
      return { bucket, stood, writer: () => new NewestValues(bucket, publisher()) };
    }

    test('an older value never takes the place of a newer, and what others wrote is seen', async () => {
      const { bucket, stood, writer } = await newBucket();
      const [one, other] = [writer(), writer()];
      expect(await one.put('key', 5, bodyOf(5, 'one'))).toBe(true);
      expect(await other.put('key', 3, bodyOf(3, 'other'))).toBe(false);
      expect(await other.put('key', 6, bodyOf(6, 'other'))).toBe(true);
      // It knows of its own 5 only, and that of this one is newer.
      expect(await one.put('key', 4, bodyOf(4, 'one'))).toBe(false);
      expect(await one.put('key', 7, bodyOf(7, 'one'))).toBe(true);
      // Now the other knows of its own 6 only: the server tells it.
      expect(await other.put('key', 6.5, bodyOf(6.5, 'other'))).toBe(false);
      expect(await stood()).toEqual([
        { seq: 5, by: 'one' },
        { seq: 6, by: 'other' },
        { seq: 7, by: 'one' },
      ]);
      await bucket.put('key', 'nothing of ours');
      expect(await one.put('key', 8, bodyOf(8, 'one'))).toBe(true);
      await bucket.delete('key');
      expect(await one.put('key', 9, bodyOf(9, 'one'))).toBe(true);
    });

    test('writers at once never set a key back, and the newest stands in the end', async () => {
      const { stood, writer } = await newBucket();
      const most = 20;
      const writers = ['one', 'other', 'third'].map((by) => ({ by, values: writer() }));
      await Promise.all(
        writers.map(async ({ by, values }, index) => {
          // Each leaves out other ones, so that none is always ahead.
          for (let seq = 1; seq <= most; seq++) {
            if (seq % writers.length !== index || seq === most) await values.put('key', seq, bodyOf(seq, by));
          }
        }),
      );
      const seqs = (await stood()).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(seqs.at(-1)).toBe(most);
    });
  });
}

describeOn('the nats-server on PATH', 'nats-server');

const current = currentServer();
if ('binary' in current) {
  describeOn('a current nats-server', current.binary);
} else {
  describe.skip(`what outputs are kept in, on a current nats-server: ${current.missing}`, () => {
    test('the suite', () => undefined); // a suite without a test is not reported
  });
}
