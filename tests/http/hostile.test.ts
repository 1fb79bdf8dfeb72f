import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { type Bench, deployed, problemIn, ROLL, raw, requestText, startBench } from './bench.ts';

const MANY = 'application/x-ndjson';
const BATCH = 'application/cloudevents-batch+json';

/** The service works as if nothing had happened. */
async function stillWorks({ post, ask }: Bench): Promise<void> {
  expect((await post(deployed('survivor', 10))).status).toBe(201);
  const roll: unknown = await (await ask(ROLL)).json();
  expect(roll).toMatchObject({ counts: { accepted: 1, refused: 0 }, balance: 0 });
  expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
}

describe('hostile bodies', () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  const text = JSON.stringify(deployed('alpha', 10));
  const cases: [string, string, string | Uint8Array, number][] = [
    ['100,000 arrays deep', 'application/json', `{"a":${deep('[', ']')}}`, 400],
    ['100,000 objects deep', 'application/cloudevents+json', deep('{"a":', '}'), 400],
    ['100,000 arrays deep in an array', BATCH, `[${deep('[', ']')}]`, 207],
    ['100,000 open brackets', BATCH, '['.repeat(100_000), 400],
    ['broken UTF-8', 'application/cloudevents+json', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 400],
    ['broken UTF-8 in a line', MANY, Uint8Array.of(0x7b, 0xff, 0x0a, 0x31, 0x0a), 207],
    ['broken UTF-8 in an array', BATCH, Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d), 400],
    ['zeros', 'application/cloudevents+json', new Uint8Array(1000), 400],
    ['__proto__ in the envelope', 'application/json', text.replace('{', '{"__proto__":{"polluted":1},'), 400],
    [
      '__proto__ in the payload',
      'application/json',
      text.replace('"data":{', '"data":{"__proto__":{"polluted":1},'),
      400,
    ],
    ['constructor as the type', 'application/json', text.replace('contingent.deployed', 'constructor'), 400],
    ['a number', 'application/json', '1e999', 400],
    ['null', 'application/json', 'null', 400],
  ];
  test.each(cases)('%s', async (_what, mediaType, body, status) => {
    const bench = await startBench();

    const response = await bench.post(body, mediaType);

    expect(response.status).toBe(status);
    if (status === 400) await problemIn(response);
    else await response.arrayBuffer();
    await stillWorks(bench);
  });

  test.each([
    ['application/cloudevents+json', 2_000_000],
    ['application/json', 2_000_000],
    [MANY, 10_000_000],
    [BATCH, 10_000_000],
  ])('%s of %i bytes is too large', async (mediaType, size) => {
    const bench = await startBench();

    const response = await bench.post('x'.repeat(size), mediaType);

    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(await problemIn(response)).toMatchObject({ status: 413 });
    await stillWorks(bench);
  });

  test('a body in chunks without end is cut off', async () => {
    const bench = await startBench();
    const head = { host: 'localhost', 'content-type': MANY, 'transfer-encoding': 'chunked' };
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;

    const answer = await raw(bench.port, requestText('POST', `${ROLL}/events`, head) + chunk.repeat(10));

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await stillWorks(bench);
  });
});

test('a caller who hangs up within a body is no fault of the server', async () => {
  const bench = await startBench();
  const faults: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line) => faults.push(line) });
  const { app, address } = await startHttpServer({ service: bench.service, logger, options: { port: 0 } });
  onTestFinished(() => app.close());
  const head = { host: 'localhost', 'content-type': 'application/json', 'content-length': '100' };

  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  const beginning = `${requestText('POST', `${ROLL}/events`, head)}{"specversion"`;
  socket.write(beginning, () => setTimeout(() => socket.destroy(), 50));
  await once(socket, 'close');

  const connections = () => promisify(app.server.getConnections.bind(app.server))();
  await expect.poll(connections).toBe(0);
  await stillWorks(bench);
  expect(faults).toEqual([]);
});

describe('what waits behind a stream on its connection, whose caller hangs up,', () => {
  /** Asks for several things at once. */
  function askFor(port: number, ...requests: readonly string[]) {
    const socket = connect(port, '127.0.0.1');
    socket.write(requests.join(''));
    return socket;
  }
  const kept = { host: 'localhost', connection: 'keep-alive' };
  const stream = requestText('GET', `${ROLL}/stream`, kept);

  test('is no open stream', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 1_000));
    const open = async () =>
      /^muster_sse_clients (\d+)$/m.exec(await (await bench.ask('/metrics')).text())?.[1];

    const socket = askFor(bench.port, ...Array.from({ length: 20 }, () => stream));
    await expect.poll(open).toBe('20');
    socket.destroy();

    await expect.poll(open).toBe('0');
  });

  test('takes no memory that bodies may take', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 1_000));
    // Of unknown length: as much as a body may have is kept for it.
    const head = { ...kept, 'content-type': MANY, 'transfer-encoding': 'chunked' };
    const request = `${requestText('POST', `${ROLL}/events`, head)}2\r\n[]\r\n0\r\n\r\n`;

    for (let times = 0; times < 10; times++) {
      const socket = askFor(bench.port, stream, request);
      await once(socket, 'data');
      socket.destroy();
    }

    await expect.poll(async () => (await bench.post(deployed('beta', 1_000))).status).toBe(201);
  });
});

describe('hostile requests', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    ['20 kB of header', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path above the root', requestText('GET', '/../../package.json', { host: 'localhost' }), 404],
    ['encoded dots', requestText('GET', '/%2e%2e/%2e%2e/package.json', { host: 'localhost' }), 404],
    ['a backslash', requestText('GET', '/..\\package.json', { host: 'localhost' }), 404],
    ['half a percent-encoding', requestText('GET', '/api/rolls/%e0%a4%a/record', { host: 'localhost' }), 400],
    ['a zero byte in an id', requestText('GET', '/api/rolls/%00/record', { host: 'localhost' }), 400],
    ['a slash in an id', requestText('GET', '/api/rolls/a%2fb/record', { host: 'localhost' }), 400],
    ['an odd method', requestText('PROPFIND', '/api/rolls', { host: 'localhost' }), 405],
    ['all of it', requestText('OPTIONS', '*', { host: 'localhost' }), 404],
  ])('%s', async (_what, bytes, status) => {
    const bench = await startBench();

    const answer = await raw(bench.port, bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await stillWorks(bench);
  });
});
