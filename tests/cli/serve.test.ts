import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledNames } from '../../src/scenario/library.ts';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import { deployed, written } from '../support/roll-scenario.ts';
import { muster, start, temporaryDirectory } from './support/muster.ts';
import { documentOf, idsOf, post, rollsOf, serving } from './support/serving.ts';

const expectedRecord = JSON.parse(
  await readFile(new URL('../data/expected/record.json', import.meta.url), 'utf8'),
);
delete expectedRecord.theatre;
delete expectedRecord.timeline;
const rolls = (await bundledNames()).map((name) => `ukraine.${name}`);

/** Every roll complete, nothing twice, and the record as it was worked out. */
async function expectAllLoaded(url: string): Promise<void> {
  expect(Object.keys(await rollsOf(url)).sort()).toEqual(rolls);
  for (const roll of rolls) {
    const ids = await idsOf(url, roll.replace('.', '/'));
    expect(new Set(ids).size).toBe(ids.length);
    const document = await documentOf(url, roll.replace('.', '/'));
    expect(document).toMatchObject({ seq: ids.length, balance: 0, counts: { duplicates: 0 } });
  }
  expect(await documentOf(url, 'ukraine/record')).toEqual(expectedRecord);
}

let nats: ThrowawayServer;
beforeAll(async () => {
  nats = await startThrowawayServer();
});
afterAll(() => nats.discard());

describe('start', () => {
  test('shows the five rolls and serves them; a second start loads nothing twice', async () => {
    const data = await temporaryDirectory();
    const first = await serving('start', ['--data', data]);
    const shown = first.stdout();
    for (const roll of rolls) expect(shown).toContain(`${roll}: `);
    const record = shown.slice(shown.indexOf('ukraine.record: '));
    expect(record).toMatch(
      /deployed +15,000 {2}\(14,000–16,000\) .*storm-corps 10,000 \(9,000–11,000\), builders 5,000/,
    );
    expect(record).toMatch(/repatriated +2,991 /);
    expect(record).toMatch(/captured +2 /);
    expect(record).toMatch(/killed 2,009 · missing 0 · unaccounted 998/);
    expect(record).toMatch(/inflow 21,000 \(19,000–22,000\) · balance 0/);
    expect(shown.match(/HYPOTHETICAL/g)).toHaveLength(rolls.length - 1);
    expect(first.stderr()).toMatch(/^played \d+ of \d+ events\n$/);
    await expectAllLoaded(first.url);
    const before = await rollsOf(first.url);
    expect(await first.kill()).toMatchObject({ code: 0 });

    const second = await serving('start', ['--data', data]);
    expect(second.stderr()).toBe('');
    expect(await rollsOf(second.url)).toEqual(before);
    await expectAllLoaded(second.url);
    expect(await second.kill('SIGINT')).toMatchObject({ code: 0 });
  });

  test.each([
    ['its own NATS server', async () => ['--nats', 'local'], {}],
    ['the one that NATS_URL names', async () => [], { NATS_URL: true }],
  ])('does the same over %s', async (_name, args, { NATS_URL: named = false }: { NATS_URL?: boolean }) => {
    const data = await temporaryDirectory();
    const env = named ? { NATS_URL: nats.url } : {};
    for (const expected of [/^played (\d+) of \1 events\n$/, /^$/]) {
      const service = await serving('start', ['--data', data, ...(await args())], { env });
      expect(service.stderr()).toMatch(expected);
      await expectAllLoaded(service.url);
      if (!named) expect(service.stdout()).toMatch(/; NATS listens at nats:\/\/127\.0\.0\.1:\d+\. Ctrl-C/);
      expect(await service.kill()).toMatchObject({ code: 0 });
    }
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'ended by %s while it loads, it is complete after the next start',
    async (signal) => {
      const data = await temporaryDirectory();
      const port = await freePort();
      const running = await start(['start', '--port', port, '--data', data]);
      await hasBegunToLoad(`http://127.0.0.1:${port}`);
      expect((await running.kill(signal)).code).toBe(signal === 'SIGKILL' ? null : 0);

      const again = await serving('start', ['--data', data]);
      // Nothing at all is said if the signal came when the last event was in.
      expect(again.stderr()).toMatch(/^(?:played \d+ of \d+ events, \d+ were there already\n)?$/);
      await expectAllLoaded(again.url);
    },
  );
});

describe('serve', () => {
  test('--cors names the origins whose pages may read', async () => {
    const cors = ['--cors', 'https://board.example', 'http://LOCALHOST:8080/'];
    const { url } = await serving('serve', ['--data', await temporaryDirectory(), ...cors]);
    const allowed = async (origin: string) =>
      (await fetch(`${url}/api/rolls`, { headers: { origin } })).headers.get('access-control-allow-origin');

    expect(await allowed('https://board.example')).toBe('https://board.example');
    expect(await allowed('http://localhost:8080')).toBe('http://localhost:8080');
    expect(await allowed('http://localhost:8081')).toBeNull();
  });

  test('--public-url names a proxy: its address is told, and its name is our own', async () => {
    const proxy = ['--public-url', 'https://muster.example'];
    const { url, stdout } = await serving('serve', ['--data', await temporaryDirectory(), ...proxy]);

    expect(stdout()).toContain(`Muster serves at ${url}, by a proxy at https://muster.example. Ctrl-C`);
    const { hostname, port } = new URL(url);
    const asking = get({ hostname, port, path: '/healthz', headers: { host: 'muster.example' } });
    const [answer] = await once(asking, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(200);
    const wrong = await muster(['serve', '--public-url', 'https://muster.example/path']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('without a path') });
  });

  test('what it acknowledged is there exactly once after kill -9 in mid-load', async () => {
    const data = await temporaryDirectory();
    const service = await serving('serve', ['--data', data]);
    const acknowledged: string[] = [];
    let enough: () => void = () => {};
    const enoughAreIn = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const writer = async (name: number) => {
      for (let round = 0; ; round++) {
        const id = `w${name}-${round}`;
        const event = { ...written(1, deployed(id)), id };
        const response = await post(service.url, 'killed/record', event).catch(() => null);
        if (response === null) return;
        if (response.status === 201) acknowledged.push(id);
        if (acknowledged.length >= 100) enough();
      }
    };
    const writers = Array.from({ length: 8 }, (_, name) => writer(name));
    await enoughAreIn;
    await service.kill('SIGKILL');
    await Promise.all(writers);

    const again = await serving('serve', ['--data', data]);
    const ids = await idsOf(again.url, 'killed/record');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    expect(await documentOf(again.url, 'killed/record')).toMatchObject({
      counts: { accepted: ids.length, refused: 0, duplicates: 0 },
    });
  });

  test('a second process on the same data is told who holds it', async () => {
    const data = await temporaryDirectory();
    const service = await serving('serve', ['--data', data]);
    const second = await muster(['serve', '--port', '0', '--data', data]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`is held by process ${service.process.pid} `);
  });

  test('a port that is taken is named', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const args = ['serve', '--port', String(port), '--data', await temporaryDirectory()];
    const { code, stderr } = await muster(args);
    holder.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port} is taken; choose another with --port`);
  });

  test('data that is no directory is told', async () => {
    const data = join(await temporaryDirectory(), 'file');
    await writeFile(data, '');
    const { code, stderr } = await muster(['serve', '--port', '0', '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toContain(data);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a NATS server that does not answer ends it with 3', async () => {
    const args = ['serve', '--port', '0', '--data', await temporaryDirectory()];
    const { code, stderr } = await muster([...args, '--nats', 'nats://user:secret@127.0.0.1:1']);
    expect(code).toBe(3);
    expect(stderr).toContain('no NATS server answers at 127.0.0.1:1');
    expect(stderr).not.toContain('secret');
  });

  test('--nats local without a nats-server on PATH ends it with 3 and says how to get one', async () => {
    const data = await temporaryDirectory();
    const empty = join(data, 'empty');
    await mkdir(empty);
    const args = ['serve', '--port', '0', '--data', data, '--nats', 'local'];
    const { code, stderr } = await muster(args, { env: { PATH: empty } });
    expect(code).toBe(3);
    expect(stderr).toMatch(/cannot run nats-server\. Install/);
  });
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : undefined);
}

/** Resolves when a service has the first event of any roll. */
async function hasBegunToLoad(url: string): Promise<void> {
  for (;;) {
    const rolls = await rollsOf(url).catch(() => ({}));
    if (Object.values(rolls).some((seq) => seq > 0)) return;
  }
}
