import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createHttpServer } from '../../src/http/server.ts';
import {
  type Bench,
  deployed,
  problemIn,
  RECORD,
  ROLL,
  raw,
  requestText,
  serveOver,
  silent,
  startBench,
} from './bench.ts';

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe('names of the server (DNS rebinding)', () => {
  test.each([
    ['127.0.0.1:4700', 200],
    ['localhost:9', 200],
    ['LOCALHOST', 200],
    ['[::1]:4700', 200],
    ['muster.localhost', 200],
    ['evil.example', 421],
    ['evil.example:4700', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['192.168.0.7:4700', 421],
    ['0.0.0.0:4700', 421],
    ['user@127.0.0.1@evil.example', 421],
    ['', 421],
  ])('Host: %s → %i', async (host, status) => {
    const { port } = await startBench();

    for (const path of ['/api/rolls', '/', '/nowhere']) {
      const found = statusOf(await raw(port, requestText('GET', path, { host })));
      expect(found, path).toBe(path === '/nowhere' && status === 200 ? 404 : status);
    }
  });

  test('a server that others can reach answers to any name', async () => {
    const { port } = await startBench({ host: '0.0.0.0', token: 'secret' });

    expect(statusOf(await raw(port, requestText('GET', '/api/rolls', { host: 'muster.example' })))).toBe(200);
  });
});

describe('writes from other origins', () => {
  const isTaken = async (bench: Bench, headers: Readonly<Record<string, string>>) => {
    const response = await bench.post(deployed('alpha', 10), 'text/plain', headers);
    if (response.status === 403) await problemIn(response);
    return response.status;
  };

  test.each<[Readonly<Record<string, string>>]>([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('%o is refused', async (headers) => {
    const bench = await startBench();

    expect(await isTaken(bench, headers)).toBe(403);
    expect(await bench.log.head(RECORD)).toBe(0);
  });

  test('our own page and programs may write', async () => {
    const bench = await startBench();

    expect(await isTaken(bench, { origin: bench.address, 'sec-fetch-site': 'same-origin' })).toBe(201);
    expect(await isTaken(bench, { 'sec-fetch-site': 'none' })).toBe(207);
  });

  test('nothing lets another origin read', async () => {
    const { ask } = await startBench();

    const { headers } = await ask('/api/rolls', { headers: { origin: 'http://evil.example' } });

    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});

describe('readers that the server was told of', () => {
  const allowed = async ({ ask }: Bench, origin: string, path = '/api/rolls') =>
    (await ask(path, { headers: { origin } })).headers.get('access-control-allow-origin');

  test('pages of their origins read, those of others do not', async () => {
    const bench = await startBench({ readers: ['https://board.example'] });
    await bench.post(deployed('alpha', 10));
    const reading = new AbortController();

    expect(await allowed(bench, 'https://board.example')).toBe('https://board.example');
    expect(await allowed(bench, 'https://evil.example')).toBeNull();
    expect(await allowed(bench, 'null')).toBeNull();
    expect((await bench.ask('/api/rolls')).headers.get('vary')).toBe('origin');
    const stream = await bench.ask(`${ROLL}/stream`, {
      headers: { origin: 'https://board.example' },
      signal: reading.signal,
    });
    reading.abort();
    expect(stream.headers.get('access-control-allow-origin')).toBe('https://board.example');
  });

  test('* is any page, one from disk too', async () => {
    const bench = await startBench({ readers: ['*'] });

    expect(await allowed(bench, 'https://evil.example')).toBe('*');
    expect(await allowed(bench, 'null', '/metrics')).toBe('*');
  });

  const preflight = async (bench: Bench, path: string, fields: Readonly<Record<string, string>>) => {
    const asked = { 'access-control-request-method': 'GET', ...fields };
    const { status, headers } = await bench.ask(path, { method: 'OPTIONS', headers: asked });
    const granted = [...headers].filter(([name]) => name.startsWith('access-control-'));
    return { status, granted: Object.fromEntries(granted) };
  };
  const TO_READ = {
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'last-event-id, authorization, cache-control',
    'access-control-max-age': '3600',
  };
  const board = { origin: 'https://board.example' };

  test.each(['last-event-id', 'authorization', 'authorization,last-event-id,cache-control'])(
    'their browsers may ask before they send %s',
    async (asked) => {
      const tokens = { tokens: [] };
      const bench = await startBench({ readers: [board.origin], tokens });
      const any = await startBench({ readers: ['*'] });

      for (const path of [`${ROLL}/stream`, '/api/rolls', `${ROLL}/events`]) {
        const fields = { ...board, 'access-control-request-headers': asked };
        expect(await preflight(bench, path, fields), path).toEqual({
          status: 204,
          granted: { 'access-control-allow-origin': board.origin, ...TO_READ },
        });
        expect((await preflight(any, path, fields)).granted).toEqual({
          'access-control-allow-origin': '*',
          ...TO_READ,
        });
      }
    },
  );

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page of none', { origin: 'null' }],
    ['nobody', {}],
    ['a page that wants to write', { ...board, 'access-control-request-method': 'POST' }],
    ['a page that wants to open a roll', { ...board, 'access-control-request-method': 'PUT' }],
  ])('%s is granted nothing', async (_who, fields) => {
    const bench = await startBench({ readers: [board.origin] });

    expect(await preflight(bench, `${ROLL}/events`, fields)).toEqual({ status: 204, granted: {} });
  });

  test('where no page elsewhere may read, none may ask', async () => {
    const bench = await startBench();

    expect((await preflight(bench, '/api/rolls', board)).granted).toEqual({});
  });

  test('a page elsewhere reads with a token, and is told why without', async () => {
    const sha256 = createHash('sha256').update('secret').digest('hex');
    const tokens = { tokens: [{ name: 'board', sha256, read: ['*'], write: ['*'] }] };
    const bench = await startBench({ readers: [board.origin], tokens });

    const denied = await bench.ask('/api/rolls', { headers: board });
    const granted = await bench.ask('/api/rolls', { headers: { ...board, authorization: 'Bearer secret' } });
    const written = await bench.post(deployed('alpha', 1), 'text/plain', {
      ...board,
      authorization: 'Bearer secret',
    });

    expect(denied.headers.get('access-control-allow-origin')).toBe(board.origin);
    expect(await problemIn(denied)).toMatchObject({ status: 401 });
    expect(granted.status).toBe(200);
    expect(granted.headers.get('access-control-allow-origin')).toBe(board.origin);
    expect(granted.headers.get('access-control-allow-credentials')).toBeNull();
    expect(written.status).toBe(403);
  });

  test('nobody writes for that', async () => {
    const bench = await startBench({ readers: ['*', 'https://board.example'] });

    const answer = await bench.post(deployed('alpha', 10), 'text/plain', { origin: 'https://board.example' });

    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(await bench.log.head(RECORD)).toBe(0);
  });
});

describe('the token', () => {
  const write = (bench: Bench, authorization?: string) =>
    bench.post(
      deployed('alpha', 10),
      'application/json',
      authorization === undefined ? {} : { authorization },
    );

  test.each([
    ['none', undefined, 401],
    ['a wrong one', 'Bearer wrong', 401],
    ['one that it starts with', 'Bearer secre', 401],
    ['another scheme', 'Basic secret', 401],
    ['two', 'Bearer secret secret', 401],
    ['the right one', 'Bearer secret', 201],
    ['the right one, scheme in lower case', 'bearer secret', 201],
  ])('%s', async (_what, authorization, status) => {
    const bench = await startBench({ token: 'secret' });

    const response = await write(bench, authorization);

    expect(response.status).toBe(status);
    if (status === 401) {
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="muster"/);
      expect(JSON.stringify(await problemIn(response))).not.toContain('secret');
      expect(await bench.log.head(RECORD)).toBe(0);
    }
  });

  test('reading needs none', async () => {
    const { ask } = await startBench({ token: 'secret' });

    expect((await ask('/api/rolls')).status).toBe(200);
  });

  test('beyond loopback nobody writes without one', async () => {
    const bench = await startBench();
    const open = await serveOver(bench.log, bench.service, { host: '0.0.0.0' });
    const guarded = await serveOver(bench.log, bench.service, { host: '0.0.0.0', token: 'secret' });

    expect(await problemIn(await write(open))).toMatchObject({ status: 403 });
    expect(await problemIn(await write(open, 'Bearer '))).toMatchObject({ status: 403 });
    expect(await problemIn(await write(guarded))).toMatchObject({ status: 401 });
    expect((await write(guarded, 'Bearer secret')).status).toBe(201);
  });

  test('an empty one is refused at the start', async () => {
    const { service } = await startBench();

    expect(() => createHttpServer({ service, logger: silent, options: { token: '' } })).toThrow(RangeError);
  });
});

describe('header fields', () => {
  test.each(['/', '/assets/none.js', '/api/rolls', '/nowhere', '/metrics'])(
    '%s is locked down',
    async (path) => {
      const { ask } = await startBench();

      const { headers } = await ask(path);

      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  test('a stream has them too', async () => {
    const { ask, post } = await startBench();
    await post(deployed('alpha', 10));
    const reading = new AbortController();

    const { headers } = await ask(`${ROLL}/stream`, { signal: reading.signal });
    reading.abort();

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('the page is fetched again only when it changed', async () => {
    const { ask } = await startBench();
    const etag = (await ask('/')).headers.get('etag') ?? '';

    const again = await ask('/', { headers: { 'if-none-match': etag } });

    expect(etag).toMatch(/^"\S+"$/);
    expect(again.status).toBe(304);
  });
});
