import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, deployed, ROLL, serveOver, startBench } from './bench.ts';

const PUBLIC = 'https://muster.example';
const token = 'muster_all';
const sha256 = createHash('sha256').update(token).digest('hex');
const tokens = { tokens: [{ name: 'all', sha256, read: ['*'], write: ['*'] }] };

/** How proxies pass on the name that was asked for. */
const WAYS = [
  ['Caddy, which passes Host on', { host: 'muster.example' }],
  ['a proxy that passes Host on with its port', { host: 'MUSTER.example:443' }],
  ['nginx, whose Host is the upstream', {}],
] as const;

interface Asked {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` sends no Host of ours. */
async function ask({ port }: Bench, path: string, { method = 'GET', headers, body = '' }: Asked) {
  const asking = request({ port, host: '127.0.0.1', path, method, headers });
  asking.end(body);
  const [answer] = await once(asking, 'response');
  answer.resume();
  return { status: answer.statusCode, cookie: String(answer.headers['set-cookie']?.[0] ?? '') };
}

const signIn = (bench: Bench, headers: Readonly<Record<string, string>>) =>
  ask(bench, '/session', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: `token=${token}`,
  });

describe('a proxy on this machine that was named', () => {
  test.each(WAYS)('%s: sign-in, reading, the inspector', async (_way, host) => {
    const bench = await startBench({ tokens, publicUrls: [PUBLIC] });
    await bench.post(deployed('alpha', 10), undefined, { authorization: `Bearer ${token}` });
    const page = { ...host, origin: PUBLIC };

    const signedIn = await signIn(bench, { ...page, 'sec-fetch-site': 'same-origin' });
    expect(signedIn.status).toBe(303);
    expect(signedIn.cookie).toContain('; Secure');
    const cookie = signedIn.cookie.split(';')[0] ?? '';
    for (const path of ['/', ROLL, '/session']) {
      expect((await ask(bench, path, { headers: { ...host, cookie } })).status, path).toBe(200);
    }
    const watched = new WebSocket(`ws://127.0.0.1:${bench.port}/inspector/ws?watch=ukraine.record/alpha`, {
      headers: { ...page, cookie },
    });
    onTestFinished(() => watched.terminate());
    await once(watched, 'open');
  });

  test.each([
    ['another name', { host: 'evil.example' }, 421],
    ['another port', { host: 'muster.example:8443' }, 421],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['the same name without TLS', { origin: 'http://muster.example' }, 403],
    ['a page of another site', { origin: PUBLIC, 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s is none of it', async (_what, headers, status) => {
    const bench = await startBench({ tokens, publicUrls: [PUBLIC] });

    expect((await signIn(bench, headers)).status).toBe(status);
  });

  test('whoever comes by itself to the server is served as ever, and without Secure', async () => {
    const bench = await startBench({ tokens, publicUrls: [PUBLIC, 'http://other.example:8080'] });

    const { status, cookie } = await signIn(bench, { origin: bench.address });
    expect(status).toBe(303);
    expect(cookie).not.toContain('Secure');
    expect((await signIn(bench, { host: 'other.example:8080' })).cookie).not.toContain('Secure');
  });

  test('nobody writes without a token: the proxy lets in more than this machine', async () => {
    const bench = await startBench();
    const named = await serveOver(bench.log, bench.service, { publicUrls: [PUBLIC] });

    const answer = await named.post(deployed('alpha', 10));

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('without --public-url');
    expect((await bench.post(deployed('alpha', 10))).status).toBe(201);
  });
});

test.each(WAYS.slice(0, 2))('without the option %s gets 421', async (_way, host) => {
  const bench = await startBench({ tokens });

  expect((await ask(bench, '/session', { headers: host })).status).toBe(421);
});

test('without the option a page of a proxy signs nobody in, and is told of it', async () => {
  const bench = await startBench({ tokens });

  const answer = await bench.ask('/session', {
    method: 'POST',
    headers: { origin: PUBLIC },
    body: new URLSearchParams({ token }),
  });

  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('--public-url');
});
