import { jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { headers, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import type { EventLog, LogEntry } from '../../src/log/port.ts';
import { EVENTS_STREAM, eventSubject } from '../../src/log/subjects.ts';
import { collect, eventsOf, textOf } from '../contracts/event-log.ts';
import {
  currentServer,
  keepAnotherStream,
  startThrowawayServer,
  type ThrowawayServer,
} from '../support/nats-server.ts';

function describeOn(name: string, binary: string, isCurrent: boolean): void {
  describe(`JetStream log with others on ${name}`, { timeout: 60_000 }, () => {
    let server: ThrowawayServer;
    let connection: NatsConnection;
    let log: EventLog;
    let rolls = 0;

    beforeAll(async () => {
      server = await startThrowawayServer(binary);
      connection = await server.connect();
      log = await openJetStreamLog(connection);
    }, 60_000);

    afterAll(async () => {
      await log?.close();
      await server?.discard();
    }, 60_000);

    /** With its bytes as text: some adapters give a Buffer, some not. */
    const plain = (entry: LogEntry | undefined) => entry && { ...entry, bytes: textOf(entry) };
    const newRoll = () => ({ theatre: `shared-${++rolls}`, timeline: 'record' });

    test('what a plain client publishes is in the log, and in followers of entries and of rolls', async () => {
      const roll = newRoll();
      const stop = new AbortController();
      const entries = log.follow(roll, null, stop.signal)[Symbol.asyncIterator]();
      const known = log.followRolls(stop.signal)[Symbol.asyncIterator]();
      const plain = await server.connect();
      plain.publish(eventSubject(roll, 'brigade-1'), 'no JSON at all');
      plain.publish(eventSubject(roll, 'theatre'), 'second');
      expect(textOf((await entries.next()).value ?? undefined)).toBe('no JSON at all');
      expect(textOf((await entries.next()).value ?? undefined)).toBe('second');
      let info = await known.next();
      while (!info.done && info.value.roll.theatre !== roll.theatre) {
        info = await known.next();
      }
      expect(info.value).toEqual({ roll, title: 'record', basis: null, base: null });
      expect(await log.head(roll)).toBe(2);
      expect(await log.rolls()).toContainEqual(info.value);
      expect(await log.append(roll, eventsOf(['ours']), { expectedSeq: 2 })).toEqual({
        ok: true,
        value: [3],
      });
      stop.abort();
      expect((await entries.next()).done).toBe(true);
    });

    test('many followers get the same entries, at the same cursors and times, as one reader does', async () => {
      const many = Array.from({ length: 90 }, newRoll);
      for (const roll of many) await log.append(roll, eventsOf(['one', 'two', 'three']));
      const later = await openJetStreamLog(await server.connect());
      const stop = new AbortController();
      const followers = many.map((roll) => later.follow(roll, null, stop.signal)[Symbol.asyncIterator]());
      const taken = await Promise.all(
        followers.map(async (follower) => {
          const entries: unknown[] = [];
          for (let count = 0; count < 3; count++) entries.push(plain((await follower.next()).value));
          return entries;
        }),
      );
      const next = followers.map((follower) => follower.next());
      await Promise.all(many.map((roll) => log.append(roll, eventsOf(['four']))));
      for (const [index, roll] of many.entries()) {
        const read = (await collect(log.read(roll))).map(plain);
        expect([...(taken[index] ?? []), plain((await next[index])?.value)]).toEqual(read);
        expect(await later.head(roll)).toBe(4);
        expect((await collect(later.read(roll, { from: 2 }))).map(plain)).toEqual(read.slice(1));
      }
      stop.abort();
      await later.close();
    });

    test('an event in binary mode is one JSON for every reader, and the stream keeps it as it came', async () => {
      const roll = newRoll();
      const stop = new AbortController();
      const live = log.follow(roll, null, stop.signal)[Symbol.asyncIterator]();
      const plain = await server.connect();
      const fields = headers();
      fields.set('Nats-Msg-Id', `binary ${roll.theatre}`);
      fields.set('ce-id', 'b1');
      fields.set('CE-Note', '%E2%82%AC');
      fields.set('ce-credibility', '2');
      fields.set('content-type', 'application/json');
      const text = '{"id":"b1","note":"€","credibility":2,"datacontenttype":"application/json","data":{ }}';
      plain.publish(eventSubject(roll, 'brigade-1'), '{ }', { headers: fields });
      const whole = headers();
      whole.set('content-type', 'application/cloudevents+json');
      plain.publish(eventSubject(roll, 'brigade-1'), '{ "id": "b2" }', { headers: whole });
      await plain.flush();

      expect(textOf((await live.next()).value ?? undefined)).toBe(text);
      expect(textOf((await live.next()).value ?? undefined)).toBe('{ "id": "b2" }');
      stop.abort();
      const later = await openJetStreamLog(await server.connect());
      for (const reader of [log, later]) {
        expect((await collect(reader.read(roll))).map(textOf)).toEqual([text, '{ "id": "b2" }']);
      }
      await later.close();
      const manager = await jetstreamManager(connection);
      const stored = await manager.direct.getMessage(EVENTS_STREAM, {
        last_by_subj: eventSubject(roll, 'brigade-1'),
      });
      expect(stored?.string()).toBe('{ "id": "b2" }');
    });

    test('what is published outside the grammar of subjects makes no roll', async () => {
      const plain = await server.connect();
      plain.publish('muster.Upper.record.event.theatre', 'x');
      plain.publish('muster.under_score.record.event.theatre', 'x');
      await plain.flush();
      expect((await log.rolls()).map((info) => info.roll.theatre)).not.toContain('Upper');
      const roll = newRoll();
      expect(await log.append(roll, eventsOf(['a', 'b']))).toEqual({ ok: true, value: [1, 2] });
    });

    test('a repeated identity is dropped, and its position is where it stands', async () => {
      const roll = newRoll();
      const events = eventsOf(['one', 'two', 'three', 'four']);
      const [one, two, three, four] = events;
      if (!one || !two || !three || !four) {
        throw new Error('no events');
      }
      expect(await log.append(roll, [one, two])).toEqual({ ok: true, value: [1, 2] });
      expect(await log.append(roll, [two, three, one])).toEqual({ ok: true, value: [2, 3, 1] });
      expect(await log.append(roll, [one, four], { expectedSeq: 3 })).toEqual({ ok: true, value: [1, 4] });
      expect((await collect(log.read(roll))).map(textOf)).toEqual(['one', 'two', 'three', 'four']);
    });

    test('the same events on another timeline are no repeats', async () => {
      const roll = newRoll();
      const events = eventsOf(['one', 'two']);
      await log.append(roll, events);
      const other = { ...roll, timeline: 'other' };
      expect(await log.append(other, events)).toEqual({ ok: true, value: [1, 2] });
      expect((await collect(log.read(other))).map(textOf)).toEqual(['one', 'two']);
    });

    test('an identity may be as long and strange as it likes', async () => {
      const roll = newRoll();
      const identities = ['line\nbreak', 'Київ', '', ' ', '\ud800', 'x'.repeat(100_000)];
      const events = identities.map((identity) => ({ entity: 'theatre', identity, bytes: Buffer.from('e') }));
      expect(await log.append(roll, events)).toEqual({ ok: true, value: [1, 2, 3, 4, 5, 6] });
      expect(await log.append(roll, events)).toEqual({ ok: true, value: [1, 2, 3, 4, 5, 6] });
    });

    test('an append tried again at the same expected head has succeeded, if it had', async () => {
      const roll = newRoll();
      const events = eventsOf(['one', 'two']);
      await log.append(roll, events, { expectedSeq: 0 });
      await log.append(roll, eventsOf(['three']));
      expect(await log.append(roll, events, { expectedSeq: 0 })).toEqual({ ok: true, value: [1, 2] });
      const [one] = events;
      const grown = [...(one ? [one] : []), ...eventsOf(['never there'])];
      const partly = await log.append(roll, grown, { expectedSeq: 0 });
      expect(partly).toMatchObject({ ok: false, error: { kind: 'outcome-unknown' } });
      expect(await log.head(roll)).toBe(3);
    });

    test('two logs on one server race for the same head and one wins each time', async () => {
      const roll = newRoll();
      const rival = await openJetStreamLog(await server.connect());
      for (let head = 0; head < 40; head += 2) {
        const results = await Promise.all(
          [log, rival].map((each) => each.append(roll, eventsOf(['a', 'b']), { expectedSeq: head })),
        );
        expect(results.map((result) => (result.ok ? 'won' : result.error.kind)).sort()).toEqual([
          'conflict',
          'won',
        ]);
      }
      expect(await rival.head(roll)).toBe(40);
      await rival.close();
    });

    test('with a stranger writing all the time, an append that succeeds stands right after its expected head', async () => {
      const roll = newRoll();
      const plain = await server.connect();
      const stranger = setInterval(() => plain.publish(eventSubject(roll, 'theatre'), 'stranger'), 2);
      const won = new Map<number, string>();
      for (let attempt = 0; won.size < 5 || attempt < 100; attempt++) {
        const head = await log.head(roll);
        const result = await log.append(roll, eventsOf([`${attempt} a`, `${attempt} b`]), {
          expectedSeq: head,
        });
        if (result.ok) {
          won.set(head + 1, `${attempt} a`).set(head + 2, `${attempt} b`);
        } else {
          expect(result.error.kind).toMatch(/conflict|outcome-unknown/);
        }
      }
      clearInterval(stranger);
      const stored = new Map((await collect(log.read(roll))).map((entry) => [entry.seq, textOf(entry)]));
      expect([...won].map(([seq]) => [seq, stored.get(seq)])).toEqual([...won]);
    });

    test('two logs that write one roll side by side agree on every place', async () => {
      const roll = newRoll();
      const rival = await openJetStreamLog(await server.connect());
      const appends = Array.from({ length: 30 }, (_, index) => {
        const texts = [`${index} a`, `${index} b`];
        return (index % 2 ? log : rival).append(roll, eventsOf(texts)).then((result) => ({ texts, result }));
      });
      const entries = new Map<number, string>();
      for (const { texts, result } of await Promise.all(appends)) {
        for (const [index, seq] of (result.ok ? result.value : []).entries()) {
          entries.set(seq, texts[index] ?? '');
        }
      }
      const read = (each: EventLog) => collect(each.read(roll));
      const expected = [...entries].sort(([one], [other]) => one - other).map(([, text]) => text);
      expect(expected).toHaveLength(60);
      expect((await read(log)).map(textOf)).toEqual(expected);
      expect(await read(rival)).toEqual(await read(log));
      await rival.close();
    });

    test(`an append of several ${isCurrent ? 'is one atomic batch' : 'goes one by one on this server'}`, async () => {
      const roll = newRoll();
      await log.append(roll, eventsOf(['a', 'b', 'c']));
      const [, second] = await collect(log.read(roll));
      const manager = await jetstreamManager(connection);
      const stored = await manager.streams.getMessage(EVENTS_STREAM, { seq: second?.cursor ?? 0 });
      expect(stored?.header.has('Nats-Batch-Id')).toBe(isCurrent);
    });

    test('a batch at an expected head that is gone leaves nothing', async () => {
      const roll = newRoll();
      await log.append(roll, eventsOf(['one']), { expectedSeq: 0 }); // the log remembers to have left it at 1
      const plain = await server.connect();
      plain.publish(eventSubject(roll, 'theatre'), 'in between');
      await plain.flush();
      const result = await log.append(roll, eventsOf(['x', 'y', 'z']), { expectedSeq: 1 });
      expect(result).toMatchObject({ ok: false, error: { kind: 'conflict', actualSeq: 2 } });
      expect((await collect(log.read(roll))).map(textOf)).toEqual(['one', 'in between']);
    });

    test('the stream keeps what it has: no limits, no deleting', async () => {
      const manager = await jetstreamManager(connection);
      const { config } = await manager.streams.info(EVENTS_STREAM);
      expect(config).toMatchObject({
        subjects: ['muster.*.*.event.>'],
        storage: 'file',
        retention: 'limits',
        max_age: 0,
        max_bytes: -1,
        max_msgs: -1,
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
        duplicate_window: 120e9,
        ...(isCurrent ? { allow_atomic: true } : {}),
      });
    });

    test('the description of a roll is JSON at its key', async () => {
      const roll = newRoll();
      await log.append(roll, eventsOf(['one']));
      const branch = { ...roll, timeline: 'branch' };
      await log.open(branch, { title: 'B', basis: 'hypothetical', base: { timeline: 'record', seq: 1 } });
      const manager = await jetstreamManager(connection);
      const key = `$KV.MUSTER_TIMELINES.${roll.theatre}.branch`;
      const stored = await manager.streams.getMessage('KV_MUSTER_TIMELINES', { last_by_subj: key });
      expect(stored?.json()).toEqual({ title: 'B', basis: 'hypothetical', base: 'record', seq: 1 });
    });
  });

  describe(`JetStream log and the life of ${name}`, { timeout: 120_000 }, () => {
    let server: ThrowawayServer;

    afterEach(async () => {
      await server.discard();
    }, 60_000);

    test('a server killed under load and started again has all it acknowledged, once, in order', async () => {
      server = await startThrowawayServer(binary);
      const roll = { theatre: 'killed', timeline: 'record' };
      const log = await openJetStreamLog(await server.connect());
      const stop = new AbortController();
      const followed: LogEntry[] = [];
      const following = (async () => {
        for await (const entry of log.follow(roll, null, stop.signal)) {
          followed.push(entry);
        }
      })();
      const acknowledged = new Map<number, string>();
      let unknown = 0;
      let isWriting = true;
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let round = 0; isWriting; round++) {
          const texts = [`${writer} ${round} a`, `${writer} ${round} b`];
          const result = await log.append(roll, eventsOf(texts));
          if (result.ok) {
            for (const [index, seq] of result.value.entries()) {
              acknowledged.set(seq, texts[index] ?? '');
            }
          } else {
            unknown++;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      });
      const reach = async (count: number) => {
        while (acknowledged.size < count) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      for (const target of [200, 400]) {
        await reach(target);
        const before = unknown;
        await server.kill();
        while (unknown === before) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await server.restart();
      }
      await reach(600);
      isWriting = false;
      await Promise.all(writers);

      const entries = await collect(log.read(roll));
      const stored = new Map(entries.map((entry) => [entry.seq, textOf(entry)]));
      expect(new Set(stored.values()).size).toBe(entries.length);
      for (const [seq, text] of acknowledged) {
        expect(stored.get(seq)).toBe(text);
      }
      // The follower lived through it: nothing is missing and nothing there twice.
      while (followed.length < entries.length) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const comparable = (list: LogEntry[]) => list.map((entry) => ({ ...entry, bytes: textOf(entry) }));
      expect(comparable(followed)).toEqual(comparable(entries));
      stop.abort();
      await following;
      await log.close();
    });

    test('without a server an append is unavailable at once, and goes on when it is back', async () => {
      server = await startThrowawayServer(binary);
      const roll = { theatre: 'away', timeline: 'record' };
      const connection = await server.connect();
      const log = await openJetStreamLog(connection);
      await log.append(roll, eventsOf(['one']));
      const stop = new AbortController();
      const follower = log.follow(roll, null, stop.signal)[Symbol.asyncIterator]();
      await follower.next();
      const reconnected = statusOf(connection, 'reconnect');
      const disconnected = statusOf(connection, 'disconnect');
      await server.kill();
      await disconnected;
      for (const options of [{}, { expectedSeq: 1 }]) {
        const result = await log.append(roll, eventsOf(['never']), options);
        expect(result).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
      }
      expect(await log.open(roll, { title: 'T', basis: 'reported', base: null })).toMatchObject({
        ok: false,
        error: { kind: 'unavailable' },
      });
      await server.restart();
      await reconnected;
      const after = await log.append(roll, eventsOf(['two']), { expectedSeq: 1 });
      expect(after).toEqual({ ok: true, value: [2] });
      expect(textOf((await follower.next()).value ?? undefined)).toBe('two');
      stop.abort();
      await log.close();
    });

    test('an acknowledgement that does not come leaves the outcome unknown', async () => {
      server = await startThrowawayServer(binary);
      const connection = await server.connect();
      const log = await openJetStreamLog(connection, { ackTimeoutMs: 100 });
      const manager = await jetstreamManager(connection);
      const roll = { theatre: 'silent', timeline: 'record' };
      await manager.streams.update(EVENTS_STREAM, { no_ack: true });
      const result = await log.append(roll, eventsOf(['one']));
      expect(result).toMatchObject({ ok: false, error: { kind: 'outcome-unknown' } });
      expect((await collect(log.read(roll))).map(textOf)).toEqual(['one']);
      await log.close();
    });

    test('with the stream gone an append is unavailable, and so is the log until it is back', async () => {
      server = await startThrowawayServer(binary);
      const connection = await server.connect();
      const log = await openJetStreamLog(connection);
      const manager = await jetstreamManager(connection);
      await keepAnotherStream(manager);
      await manager.streams.delete(EVENTS_STREAM);
      const roll = { theatre: 'gone', timeline: 'record' };
      for (const options of [{}, { expectedSeq: 0 }]) {
        const result = await log.append(roll, eventsOf(['one', 'two']), options);
        expect(result).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
        expect(log.outage()).toMatch(/takes nothing: the server keeps no stream for these events/);
      }
      await (await openJetStreamLog(connection)).close();
      await expect.poll(() => log.outage(), { timeout: 20_000 }).toBeNull();
      expect(await log.append(roll, eventsOf(['one']))).toEqual({ ok: true, value: [1] });
      await log.close();
    });

    test('a stream with lesser settings is mended, one that cannot be is refused by the name of the setting', async () => {
      server = await startThrowawayServer(binary);
      const connection = await server.connect();
      const manager = await jetstreamManager(connection);
      await keepAnotherStream(manager);
      const subjects = ['muster.*.*.event.>'];
      await manager.streams.add({ name: EVENTS_STREAM, subjects, max_age: 60e9, deny_purge: false });
      await (await openJetStreamLog(connection)).close();
      expect((await manager.streams.info(EVENTS_STREAM)).config).toMatchObject({
        max_age: 0,
        deny_purge: true,
      });
      for (const [setting, config] of [
        ['storage', { storage: StorageType.Memory }],
        ['retention', { retention: RetentionPolicy.Workqueue }],
      ] as const) {
        await manager.streams.delete(EVENTS_STREAM);
        await manager.streams.add({ name: EVENTS_STREAM, subjects, ...config });
        await expect(openJetStreamLog(connection)).rejects.toMatchObject({
          name: 'StreamUnfitError',
          setting,
        });
      }
    });

    test('a long history is read, counted and resumed by one who comes later', async () => {
      server = await startThrowawayServer(binary);
      const [roll, other] = [
        { theatre: 'long', timeline: 'record' },
        { theatre: 'long', timeline: 'other' },
      ];
      const connection = await server.connect();
      const first = await openJetStreamLog(connection);
      for (let page = 0; page < 3; page++) {
        await first.append(
          roll,
          eventsOf(Array.from({ length: 700 }, (_, index) => `${page * 700 + index + 1}`)),
        );
        await first.append(other, eventsOf(['between']));
      }
      const [entry] = await collect(first.read(roll, { from: 2_000, to: 2_000 }));
      await first.close();
      const second = await openJetStreamLog(connection);
      expect((await collect(second.read(roll, { from: 1_999, to: 2_001 }))).map(textOf)).toEqual([
        '1999',
        '2000',
        '2001',
      ]);
      expect(await second.append(roll, eventsOf(['2101']))).toEqual({ ok: true, value: [2_101] });
      expect(await second.append(roll, eventsOf(['2102']), { expectedSeq: 2_101 })).toEqual({
        ok: true,
        value: [2_102],
      });
      const stop = new AbortController();
      const rest: LogEntry[] = [];
      for await (const next of second.follow(roll, entry ?? null, stop.signal)) {
        rest.push(next);
        if (next.seq === 2_102) {
          stop.abort();
        }
      }
      expect(rest.map((next) => [next.seq, textOf(next)])).toEqual(
        rest.map((_, index) => [2_001 + index, `${2_001 + index}`]),
      );
      expect(rest).toHaveLength(102);
      await second.close();
    });

    test("a producer's own message id is seen for the repeat it is", async () => {
      server = await startThrowawayServer(binary);
      const connection = await server.connect();
      const log = await openJetStreamLog(connection);
      const roll = { theatre: 'twice', timeline: 'record' };
      const header = headers();
      header.set('Nats-Msg-Id', '/source 1');
      for (let time = 0; time < 2; time++) {
        connection.publish(eventSubject(roll, 'theatre'), 'once', { headers: header });
      }
      await connection.flush();
      expect(await log.append(roll, eventsOf(['ours']))).toEqual({ ok: true, value: [2] });
      await log.close();
    });
  });
}

describeOn('the nats-server on PATH', 'nats-server', false);

const current = currentServer();
if ('binary' in current) {
  describeOn('a current nats-server', current.binary, true);
} else {
  describe.skip(`JetStream log with others on a current nats-server: ${current.missing}`, () => {
    test('the suite', () => undefined); // a suite without a test is not reported
  });
}

async function statusOf(connection: NatsConnection, type: string): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === type) {
      return;
    }
  }
}
