import { once } from 'node:events';
import { connect } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { z } from 'zod';
import * as rollSchemas from '../../src/http/roll-schemas.ts';
import { type Bench, deployed, event, problemIn, RECORD, ROLL, startBench } from './bench.ts';

const CONTENT: Readonly<Record<string, z.ZodType>> = {
  distribution: rollSchemas.distributionDocument,
  transition: rollSchemas.transitionDocument,
  refusal: rollSchemas.refusal,
};

interface Reader {
  readonly messages: EventSourceMessage[];
  readonly comments: string[];
  /** Resolves when the stream ends, whoever ends it. */
  readonly ended: Promise<void>;
  kill(): void;
}

/** Reads a stream as it comes; every event is held to its schema. */
async function readStream({ ask }: Bench, query = '', headers: Record<string, string> = {}): Promise<Reader> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const response = await ask(`${ROLL}/stream${query}`, { headers, signal: ending.signal });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const messages: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent(message) {
      CONTENT[message.event ?? '']?.parse(JSON.parse(message.data));
      messages.push(message);
    },
    onComment: (comment) => comments.push(comment),
  });
  const run = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  };
  const ended = run().catch(() => {});
  return { messages, comments, ended, kill: () => ending.abort() };
}

const seqs = ({ messages }: Reader, kind: string): number[] =>
  messages.filter((message) => message.event === kind).map(({ data }) => JSON.parse(data).seq);

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the stream of a roll', () => {
  test('begins with the distribution and goes on with what happens', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));
    const reader = await readStream(bench);
    await expect.poll(() => seqs(reader, 'distribution')).toEqual([1]);

    await bench.post(deployed('beta', 5));
    await bench.log.append(RECORD, [
      {
        entity: 'x',
        identity: 'x',
        bytes: Buffer.from(JSON.stringify(event('contingent.committed', 'nobody', {}))),
      },
    ]);

    await expect.poll(() => seqs(reader, 'transition')).toEqual([2]);
    await expect.poll(() => seqs(reader, 'refusal')).toEqual([3]);
    await expect.poll(() => seqs(reader, 'distribution').at(-1)).toBe(3);
    const transition = reader.messages.find((message) => message.event === 'transition');
    expect(transition?.id).toBe('2');
  });

  test('gives what came after a place, from ?after= or Last-Event-ID, which wins', async () => {
    const bench = await startBench();
    for (const name of ['a', 'b', 'c', 'd']) await bench.post(deployed(name, 1));

    const all = await readStream(bench, '?after=0');
    const some = await readStream(bench, '?after=2');
    const resumed = await readStream(bench, '?after=0', { 'last-event-id': '3' });

    await expect.poll(() => seqs(all, 'transition')).toEqual([1, 2, 3, 4]);
    await expect.poll(() => seqs(some, 'transition')).toEqual([3, 4]);
    await expect.poll(() => seqs(resumed, 'transition')).toEqual([4]);
  });

  test('resumes by ?lastEventId= too, as libraries do that cannot send the header', async () => {
    const bench = await startBench();
    for (const name of ['a', 'b', 'c', 'd']) await bench.post(deployed(name, 1));

    const byAddress = await readStream(bench, '?lastEventId=2');
    const beforeAfter = await readStream(bench, '?after=0&lastEventId=2');
    const byHeader = await readStream(bench, '?after=0&lastEventId=2', { 'last-event-id': '3' });

    await expect.poll(() => seqs(byAddress, 'transition')).toEqual([3, 4]);
    await expect.poll(() => seqs(beforeAfter, 'transition')).toEqual([3, 4]);
    await expect.poll(() => seqs(byHeader, 'transition')).toEqual([4]);
  });

  test('of an entry that the log does not have: told so first, then goes on from now', async () => {
    const bench = await startBench();
    for (const name of ['a', 'b']) await bench.post(deployed(name, 1));

    const beyond = await readStream(bench, '', { 'last-event-id': '9999' });
    const exact = await readStream(bench, '?after=2');

    // One that was due when the reader came may tell the same again.
    await expect.poll(() => [...new Set(seqs(beyond, 'distribution'))]).toEqual([2]);
    await expect.poll(() => [...new Set(seqs(exact, 'distribution'))]).toEqual([2]);
    expect(beyond.messages.slice(0, 2).map(({ event, id }) => [event, id])).toEqual([
      ['reset', '2'],
      ['distribution', '2'],
    ]);
    expect(seqs(beyond, 'reset')).toHaveLength(1);
    expect(JSON.parse(beyond.messages[0]?.data ?? '')).toEqual({ reason: 'beyond', after: 2, seq: 2 });
    expect(seqs(exact, 'reset')).toEqual([]);
    await bench.post(deployed('c', 1));
    await expect.poll(() => seqs(beyond, 'transition')).toEqual([3]);
  });

  test('has no blank line but after data: some readers make an empty message of each', async () => {
    const bench = await startBench({ heartbeatMs: 5 });
    await bench.post(deployed('alpha', 1));
    const reading = new AbortController();
    const { body } = await bench.ask(`${ROLL}/stream?after=0`, { signal: reading.signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split('\n:').length > 3 && text.includes('event: distribution')) break;
    }
    reading.abort();

    const blocks = text.split('\n\n').slice(0, -1);
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    for (const block of blocks) expect(block).toMatch(/^data: ./m);
  });

  test('killed and resumed, again and again while events come in: no gap and no repeat', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 1_000));
    const total = 60;
    const writing = (async () => {
      for (let count = 1; count < total; count++) {
        await bench.post(event('contingent.reinforced', 'alpha', { strength: 1 }));
      }
    })();
    const seen: number[] = [];
    let lastId = '0';
    let connections = 0;
    while (seen.length < total) {
      const reader = await readStream(bench, '', { 'last-event-id': lastId });
      connections += 1;
      await expect
        .poll(() => seqs(reader, 'transition').length, { timeout: 10_000, interval: 1 })
        .toBeGreaterThan(0);
      reader.kill();
      await reader.ended;
      seen.push(...seqs(reader, 'transition'));
      lastId = reader.messages.at(-1)?.id ?? lastId;
    }
    await writing;

    expect(connections).toBeGreaterThan(3);
    expect(seen).toEqual(upTo(total));
  });

  test('the id of a distribution never runs ahead of transitions still to come', async () => {
    const early = { kind: 'distribution', seq: 9 } as const;
    const bench = await startBench({}, (service) => ({
      ...service,
      roll(id) {
        const roll = service.roll(id);
        if (roll === undefined) return undefined;
        const distribution = { ...roll.distribution(), seq: 9 };
        return {
          ...roll,
          summary: roll.summary,
          has: async () => true,
          async *updateBatches() {
            yield [{ ...early, distribution }];
          },
        };
      },
    }));
    await bench.post(deployed('alpha', 1));

    const resumed = await readStream(bench, '?after=4');
    const fresh = await readStream(bench);
    await Promise.all([resumed.ended, fresh.ended]);

    const ids = ({ messages }: Reader) =>
      messages.filter((message) => message.event === 'distribution').map(({ id }) => id);
    expect(ids(resumed)).toEqual(['4']);
    expect(ids(fresh)).toEqual(['9']);
  });

  test('a stream with nothing to say shows that it lives', async () => {
    const bench = await startBench({ heartbeatMs: 5 });
    await bench.post(deployed('alpha', 1));

    const reader = await readStream(bench);

    await expect.poll(() => reader.comments.length).toBeGreaterThan(2);
  });

  test('no more than so many at a time; one that left makes room', async () => {
    const bench = await startBench({ maxStreams: 2 });
    await bench.post(deployed('alpha', 1));
    const [first] = [await readStream(bench), await readStream(bench)];

    const third = await bench.ask(`${ROLL}/stream`);

    expect(third.headers.get('retry-after')).toBe('30');
    expect(await problemIn(third)).toMatchObject({ status: 503 });
    first?.kill();
    await expect
      .poll(async () => {
        const response = await bench.ask(`${ROLL}/stream`, { signal: AbortSignal.timeout(5_000) });
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
  });

  test('closing the server ends the streams, and connections that never asked anything', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 1));
    const reader = await readStream(bench);
    await expect.poll(() => reader.messages.length).toBe(1);
    const reserve = connect(bench.port, '127.0.0.1');
    onTestFinished(() => {
      reserve.destroy();
    });
    await once(reserve, 'connect');

    await bench.app.close();

    await reader.ended;
    expect(reader.messages).toHaveLength(1);
    await expect(bench.ask('/healthz')).rejects.toThrow();
  });

  describe('a reader that is too slow', () => {
    /** A bench that writes down what is logged, and whose roll has updates without end. */
    async function startEndless(slowReaderMs: number) {
      const lines: string[] = [];
      const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
      const bench = await startBench({ slowReaderMs }, undefined, onTestFinished, logger);
      await bench.post(deployed('alpha', 1_000));
      await bench.post(deployed('beta', 1_000));
      const endless = bench.service.roll(RECORD);
      if (endless === undefined) throw new Error('The roll is missing');
      const distribution = endless.distribution();
      const closed = vi.fn();
      vi.spyOn(endless, 'updateBatches').mockImplementation(async function* (_after, signal) {
        signal.addEventListener('abort', closed);
        while (!signal.aborted) yield [{ kind: 'distribution', seq: 1, distribution }];
      });
      return { bench, closed, lines };
    }

    /** Asks for the stream and takes nothing of it. */
    function stall({ port }: Bench) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => {
        socket.destroy();
      });
      socket.on('error', () => {});
      socket.pause();
      socket.write(`GET ${ROLL}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return socket;
    }

    test('takes nothing at all: the log says so, and all else goes on', async () => {
      const { bench, lines } = await startEndless(500);
      stall(bench);

      await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        ...{ roll: 'ukraine.record', seq: 1, behind: 1, reason: 'stalled', isTold: false },
        msg: 'Dropped a reader of a stream that was too slow',
      });
      expect((await bench.ask('/healthz')).status).toBe(200);
    });

    test('wakes up: its last event says why and where to resume', async () => {
      const { bench, closed, lines } = await startEndless(3_000);
      const socket = stall(bench);
      await expect.poll(() => closed.mock.calls.length, { timeout: 20_000 }).toBe(1);

      let said = '';
      for await (const chunk of socket) said = (said + chunk).slice(-1_000);

      expect(said).toContain('id: 1\nevent: dropped\ndata: {"reason":"stalled","after":1,"seq":2}\n\n');
      await expect.poll(() => JSON.parse(lines[0] ?? '{}')).toMatchObject({ isTold: true });
    }, 40_000);

    test('misses what is kept no more: told, and resumes from what it was sent last', async () => {
      const { bench } = await startEndless(3_000);
      const roll = bench.service.roll(RECORD);
      if (roll === undefined) throw new Error('The roll is missing');
      const distribution = roll.distribution();
      vi.spyOn(roll, 'updateBatches').mockImplementation(async function* () {
        yield [{ kind: 'distribution', seq: 1, distribution }];
      });

      const reader = await readStream(bench);
      await reader.ended;

      const last = reader.messages.at(-1);
      expect(last).toMatchObject({ event: 'dropped', id: '1' });
      expect(JSON.parse(last?.data ?? '')).toEqual({ reason: 'behind', after: 1, seq: 2 });
    });
  });

  test('HEAD opens none', async () => {
    const bench = await startBench({ maxStreams: 0 });
    await bench.post(deployed('alpha', 1));

    expect((await bench.ask(`${ROLL}/stream`, { method: 'HEAD' })).status).toBe(200);
    expect((await bench.ask(`${ROLL}/stream`)).status).toBe(503);
  });
});
