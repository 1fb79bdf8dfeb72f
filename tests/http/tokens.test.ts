import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../src/http/openapi.ts';
import { operations } from '../../src/http/operations.ts';
import type { HttpOptions } from '../../src/http/settings.ts';
import { newToken, readTokensFile, tokenHash, withToken } from '../../src/http/tokens-file.ts';
import { open, overhang, useBrowser, violations } from '../dashboard/browser.ts';
import { type Bench, deployed, problemIn, ROLL, raw, requestText, startBench } from './bench.ts';

const [all, reader, writer, stranger] = [newToken(), newToken(), newToken(), newToken()];
const entry = (name: string, token: string, read: string[], write: string[]) => ({
  name,
  sha256: tokenHash(token),
  read,
  write,
});
const tokens = {
  tokens: [
    entry('all', all, ['*'], ['*']),
    entry('reader', reader, ['ukraine'], []),
    entry('writer', writer, [], ['ukraine']),
    entry('stranger', stranger, ['sudan'], ['sudan']),
  ],
};
const described = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
  ),
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A server with the tokens above, and a roll in two theatres. */
async function guarded(options: HttpOptions = {}): Promise<Bench> {
  const bench = await startBench({ tokens, ...options });
  for (const theatre of ['ukraine', 'sudan']) {
    const answer = await bench.ask(`/api/rolls/${theatre}/record/events?open=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...bearer(all) },
      body: JSON.stringify(deployed('alpha', 10)),
    });
    expect(answer.status).toBe(201);
  }
  return bench;
}

const OF_ROLL = [
  '',
  '?fields=distribution',
  '/contingents',
  '/contingents/alpha',
  '/contingents/alpha/history',
  '/series',
  '/map',
  '/claims',
  '/grounds?of=phase',
  '/reports/lives',
  '/events',
  '/refusals',
  '/flows',
].map((path) => `${ROLL}${path}`);
const OF_INSPECTOR = [
  '/inspector/history/ukraine/record',
  '/inspector/history/ukraine/record/alpha',
  '/inspector/statecharts/ukraine/record/alpha?seq=1',
];
const OF_NO_ROLL = [
  '/api/rolls',
  '/api/model',
  '/api/reports',
  '/api/reference',
  '/openapi.json',
  '/asyncapi.json',
];

describe('with a tokens file', () => {
  test('each route goes by its theatre', async () => {
    const { ask } = await guarded();
    const status = async (path: string, headers = {}) => {
      const reading = new AbortController();
      const { status: found } = await ask(path, { headers, signal: reading.signal, redirect: 'manual' });
      reading.abort();
      return found;
    };
    for (const path of [...OF_ROLL, `${ROLL}/stream`]) {
      expect(await status(path), path).toBe(401);
      expect(await status(path, bearer('muster_wrong')), path).toBe(401);
      expect(await status(path, bearer(writer)), path).toBe(403);
      expect(await status(path, bearer(stranger)), path).toBe(403);
      expect(await status(path, bearer(reader)), path).toBe(200);
      expect(await status(path, bearer(all)), path).toBe(200);
    }
    expect(await status('/api/rolls/ukraine/none', bearer(stranger))).toBe(403);
    expect(await status('/api/rolls/UKRAINE/record', bearer(reader))).toBe(403);
    for (const path of OF_INSPECTOR) {
      expect(await status(path), path).toBe(401);
      expect(await status(path, bearer(stranger)), path).toBe(404);
      expect(await status(path, bearer(reader)), path).toBe(200);
    }
    for (const path of OF_NO_ROLL) {
      expect(await status(path), path).toBe(401);
      expect(await status(path, bearer(stranger)), path).toBe(200);
    }
    expect(await status('/metrics')).toBe(401);
    expect(await status('/metrics', bearer(reader))).toBe(403);
    expect(await status('/metrics', bearer(all))).toBe(200);
    for (const path of ['/healthz', '/readyz', '/session']) expect(await status(path), path).toBe(200);
    for (const path of ['/', '/model', '/inspector', '/inspector/?roll=ukraine/record']) {
      expect(await status(path), path).toBe(303);
      expect(await status(path, bearer(reader)), path).toBe(200);
    }
  });

  test('the API document says of each operation whether it asks for a token', async () => {
    const { ask } = await guarded();
    for (const [, { method, path }] of operations()) {
      const address = path
        .replace(':theatre/:timeline', 'ukraine/record')
        .replace(/:(\w+)/g, (_, name) => (name === 'name' ? 'lives' : 'alpha'));
      const { status } = await ask(address, {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
      const { responses } = described.parse(openApiDocument()).paths[path.replace(/:(\w+)/g, '{$1}')]?.[
        method.toLowerCase()
      ] ?? { responses: {} };
      const refusing = ['303', '401'].filter((told) => told in responses);
      expect(refusing, path).toEqual([303, 401].includes(status) ? [String(status)] : []);
    }
  });

  test('the list of rolls has those that the token reads', async () => {
    const { ask } = await guarded();
    const listed = async (token: string) => {
      const { items } = await (await ask('/api/rolls', { headers: bearer(token) })).json();
      return items.map(({ theatre }: { theatre: string }) => theatre);
    };

    expect(await listed(all)).toEqual(['sudan', 'ukraine']);
    expect(await listed(reader)).toEqual(['ukraine']);
    expect(await listed(writer)).toEqual([]);
  });

  test('writing goes by the theatre too, and a refusal tells no token', async () => {
    const { ask, post } = await guarded();
    const write = async (token: string | null) =>
      post(
        deployed(`beta-${token?.slice(7, 12).toLowerCase().replaceAll(/\W|_/g, '0')}`, 1),
        undefined,
        token === null ? {} : bearer(token),
      );

    expect((await write(null)).status).toBe(401);
    expect((await write('muster_wrong')).status).toBe(401);
    for (const token of [reader, stranger]) {
      const refused = await write(token);
      expect(refused.status).toBe(403);
      expect(JSON.stringify(await problemIn(refused))).not.toContain(token);
    }
    expect((await write(writer)).status).toBe(201);
    const opening = {
      method: 'PUT',
      body: '{}',
      headers: { 'content-type': 'application/json', ...bearer(reader) },
    };
    expect((await ask('/api/rolls/ukraine/other', opening)).status).toBe(403);
    expect(
      (
        await ask('/inspector/what-if/ukraine/record/alpha', {
          ...opening,
          method: 'POST',
          headers: { ...opening.headers, ...bearer(stranger) },
        })
      ).status,
    ).toBe(404);
    expect(
      (await ask('/inspector/what-if/ukraine/record/alpha', { ...opening, method: 'POST' })).status,
    ).not.toBe(404);
  });

  test('who shows none reads what is for anybody', async () => {
    const { ask } = await guarded({ tokens: { ...tokens, anonymous: { read: ['sudan'] } } });

    expect((await ask('/api/rolls/sudan/record')).status).toBe(200);
    expect((await ask(ROLL)).status).toBe(401);
    expect((await (await ask('/api/rolls')).json()).items).toHaveLength(1);
    expect((await ask('/')).status).toBe(200);
  });

  test('the WebSocket goes by the theatre', async () => {
    const { port } = await guarded();
    const upgrade = (token: string | null) =>
      new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('data', (data) => {
          resolve(String(data).split('\r\n')[0] ?? '');
          socket.destroy();
        });
        socket.write(
          requestText('GET', '/inspector/ws?watch=ukraine.record/alpha', {
            host: `127.0.0.1:${port}`,
            ...(token !== null && bearer(token)),
            connection: 'Upgrade',
            upgrade: 'websocket',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          }),
        );
      });

    expect(await upgrade(null)).toContain('403');
    expect(await upgrade(stranger)).toContain('403');
    expect(await upgrade(reader)).toContain('101');
  });
});

describe('a session in a browser', () => {
  useBrowser();

  const signIn = (bench: Bench, token: string, headers = {}, to = '/') =>
    bench.ask('/session', {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ token, to }),
    });
  const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

  test('reads what the token reads, and never writes', async () => {
    const bench = await guarded();
    const answer = await signIn(bench, all);
    const cookie = cookieOf(answer);

    expect(answer.status).toBe(303);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get('set-cookie')).not.toContain(all);
    expect((await bench.ask(ROLL, { headers: { cookie } })).status).toBe(200);
    expect((await bench.post(deployed('beta', 1), undefined, { cookie })).status).toBe(403);
    const reads = cookieOf(await signIn(bench, reader));
    expect((await bench.ask('/api/rolls/sudan/record', { headers: { cookie: reads } })).status).toBe(403);
    await bench.ask('/session', {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      body: 'leave=1',
    });
    expect((await bench.ask(ROLL, { headers: { cookie } })).status).toBe(401);
  });

  test('begins with a token only, from our own page, and leads nowhere else', async () => {
    const bench = await guarded();

    expect((await signIn(bench, 'muster_wrong')).status).toBe(401);
    expect((await signIn(bench, '')).status).toBe(401);
    expect((await signIn(bench, all, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await signIn(bench, all, { 'x-forwarded-proto': 'https' })).headers.get('set-cookie')).toContain(
      '; Secure',
    );
    for (const [to, where] of [
      ['/inspector?roll=ukraine/record', '/inspector?roll=ukraine/record'],
      ['/#/ukraine/record/feed', '/#/ukraine/record/feed'],
      ['https://evil.example/', '/'],
      ['//evil.example/', '/'],
      ['/\\evil.example/', '/'],
      ['/.//evil.example/', '/'],
      ['javascript:alert(1)', '/'],
    ] as const) {
      expect((await signIn(bench, all, {}, to)).headers.get('location'), to).toBe(where);
    }
    const page = await (await bench.ask('/session?to=/%22%3E%3Cscript%3E')).text();
    expect(page.split('<script>')).toHaveLength(2); // our own
  });

  test('lets a browser see what it asked for', async () => {
    const bench = await guarded();
    const { page, complaints } = await open(bench, '#/ukraine/record/contingents');
    expect(page.url()).toContain('/session');
    await page.getByLabel('Token').fill('muster_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    complaints.length = 0;
    await page.getByLabel('Token').fill(reader);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading').first().waitFor();
    await expect.poll(() => page.locator('body').textContent(), { timeout: 20_000 }).toContain('ukraine');
    expect(page.url()).toBe(`${bench.address}/#/ukraine/record/contingents`);
    expect(complaints).toEqual([]);
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'is asked for in %s with nothing wrong for axe, and at 320 pixels nothing sticks out',
    async (colorScheme) => {
      const bench = await guarded();
      const { page } = await open(bench, '', { colorScheme, viewport: { width: 320, height: 640 } });
      expect(await violations(page)).toEqual([]);
      expect(await overhang(page)).toBeLessThanOrEqual(0);
      await page.getByLabel('Token').fill('muster_wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Token').fill(reader);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${bench.address}/#**`);
      await page.goto(`${bench.address}/session`);
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await overhang(page)).toBeLessThanOrEqual(0);
    },
    60_000,
  );
});

describe('limits', () => {
  test('a token or address that asks too often is told when to come back', async () => {
    const { ask } = await guarded({ requestsPerMinute: 5 });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) {
      const answer = await ask('/api/rolls', { headers: bearer(reader) });
      statuses.push(answer.status);
      if (answer.status !== 429) continue;
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await problemIn(answer)).toMatchObject({ type: 'urn:problem-type:muster:too-many-requests' });
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await ask('/api/rolls', { headers: bearer(stranger) })).status).toBe(200);
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('signing in is limited more', async () => {
    const { ask } = await guarded();
    const tries = await Promise.all(
      Array.from({ length: 21 }, () =>
        ask('/session', { method: 'POST', body: new URLSearchParams({ token: 'muster_guess' }) }),
      ),
    );

    expect(tries.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  test('on this machine, without a tokens file, there is none', async () => {
    const { ask } = await startBench({ requestsPerMinute: 1 });

    for (const _ of [1, 2, 3]) expect((await ask('/api/rolls')).status).toBe(200);
  });
});

describe('paths', () => {
  test.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/..\\..\\package.json',
    '/assets/%00',
    '/assets/index.html%00.js',
    '/assets/constructor',
    '/assets/__proto__',
    '/assets//etc/passwd',
    '/assets/%252e%252e%252fpackage.json',
    '/assets/%c0%ae%c0%ae/package.json',
    '/inspector/assets/..%2f..%2fpackage.json',
    '/inspector/assets/%2e%2e%5cindex.html',
    '/model/assets/..%2findex.html',
    '/inspector/../../package.json',
  ])('%s leads to no file', async (path) => {
    const { port } = await startBench();

    for (const method of ['GET', 'HEAD']) {
      const answer = await raw(port, requestText(method, path, { host: '127.0.0.1' }));
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(answer).not.toMatch(/"name": "muster"|<!doctype|root:/i);
    }
  });
});

describe('the file', () => {
  const good = `tokens:\n  # whose\n  - { name: a, sha256: "${tokenHash(all)}", read: ["*"] }\n`;

  test('is YAML or JSON', () => {
    expect(readTokensFile(good).tokens).toEqual([entry('a', all, ['*'], [])]);
    expect(readTokensFile(JSON.stringify({ tokens: readTokensFile(good).tokens }))).toEqual(
      readTokensFile(good),
    );
  });

  test.each([
    ['', /Invalid input|expected/],
    ['tokens: []', /there is none/],
    ['tokens: [', /no YAML or JSON/],
    [`${good}extra: 1`, /unknown key "extra"/],
    [good.replace('"*"', 'UKR'), /tokens\.0\.read\.0/],
    [good.replace(/sha256: "\w+"/, `sha256: ${all}`), /tokens\.0\.sha256: expected 64 hexadecimal digits/],
    [`${good}${good.slice(good.indexOf('  - '))}`, /two tokens are called a/],
    [`${good}${good.slice(good.indexOf('  - ')).replace('name: a', 'name: b')}`, /same token/],
  ])('%j is refused, and not quoted', (text, message) => {
    const reading = () => readTokensFile(text);
    expect(reading).toThrow(message);
    expect(reading).not.toThrow(all);
  });

  test('takes one more, and keeps what is said in it', () => {
    const longer = withToken(good, entry('b', reader, ['ukraine'], []));

    expect(longer).toContain('# whose');
    expect(readTokensFile(longer).tokens.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(readTokensFile(withToken('', entry('b', reader, ['ukraine'], []))).tokens).toHaveLength(1);
    expect(() => withToken(longer, entry('b', writer, [], ['*']))).toThrow(/two tokens/);
  });
});
