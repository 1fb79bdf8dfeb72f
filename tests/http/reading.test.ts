import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as schemas from '../../src/http/schemas.ts';
import { type Bench, deployed, event, problemIn, RECORD, ROLL, referenceLog, startBench } from './bench.ts';

/** The answer to a path, of which every key is described. */
async function read<S extends z.ZodType>({ ask }: Bench, path: string, schema: S): Promise<z.output<S>> {
  const response = await ask(path);
  expect(response.status, path).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return schema.parse(await response.json());
}

async function benchWithRecord(): Promise<Bench> {
  const bench = await startBench();
  const response = await bench.post(await referenceLog('record'), 'application/x-ndjson');
  expect(response.status).toBe(201);
  return bench;
}

describe('rolls', () => {
  test('the list names each with title, basis, base and seq', async () => {
    const bench = await benchWithRecord();
    const base = { timeline: 'record', seq: 20 };
    const branch = { theatre: 'ukraine', timeline: 'what-if' };
    await bench.log.open(branch, { title: 'What if', basis: 'hypothetical', base });
    await expect.poll(() => bench.service.roll(branch)?.summary.isCurrent).toBe(true);

    const { items, next } = await read(bench, '/api/rolls', schemas.rollList);

    expect(next).toBeNull();
    expect(items).toEqual([
      { ...RECORD, title: 'record', basis: 'reported', base: null, seq: 26, isCurrent: true },
      { ...branch, title: 'What if', basis: 'hypothetical', base, seq: 20, isCurrent: true },
    ]);
  });

  test('the roll document is the one that the service gives, whole or its distribution', async () => {
    const bench = await benchWithRecord();

    const roll = await read(bench, ROLL, schemas.rollDocument);
    const distribution = await read(bench, `${ROLL}?fields=distribution`, schemas.distributionDocument);

    expect(roll).toEqual(await bench.service.roll(RECORD)?.document());
    expect(roll.pathways.deployed).toEqual({ low: 14000, best: 15000, high: 16000, contingents: 2 });
    const { contingents: _c, flows: _f, refusals: _r, ...rest } = roll;
    expect(distribution).toEqual(rest);
  });

  test('views: by what had happened, by what was known, by place, and the distribution of one', async () => {
    const bench = await benchWithRecord();
    const roll = bench.service.roll(RECORD);
    const endOfMarch = Date.parse('2025-03-31T23:59:59.999Z');

    const asOf = await read(bench, `${ROLL}?asOf=2025-03-31`, schemas.rollDocument);
    const asKnown = await read(bench, `${ROLL}?asKnown=2025-03-31T23:59:59.999Z`, schemas.rollDocument);
    const early = await read(bench, `${ROLL}?seq=3`, schemas.rollDocument);
    const both = await read(
      bench,
      `${ROLL}?asOf=2025-03-31&fields=distribution`,
      schemas.distributionDocument,
    );

    expect(asOf).toEqual(await roll?.document({ asOfMs: endOfMarch }));
    expect(asKnown).toEqual(await roll?.document({ asKnownMs: endOfMarch }));
    expect(asOf.time).not.toBe((await roll?.document())?.time);
    expect(early).toMatchObject({ seq: 3, counts: { accepted: 3 } });
    expect(both.pathways).toEqual(asOf.pathways);
  });

  test('a contingent with its history and where it comes from', async () => {
    const bench = await benchWithRecord();

    const page = await read(bench, `${ROLL}/contingents/storm-corps`, schemas.contingentPage);

    expect(page.children).toContain('pow-kursk');
    expect(page.standing).toHaveProperty('area', 'kursk');
    expect(page.history[0]).toMatchObject({
      seq: 1,
      from: null,
      event: { id: 'record-001', reliability: 'B' },
    });
  });

  test('flows are all on one page', async () => {
    const bench = await benchWithRecord();

    const { items, next } = await read(bench, `${ROLL}/flows`, schemas.flowsPage);

    expect(next).toBeNull();
    expect(items).toContainEqual({ from: 'inflow', to: 'deployed', persons: 21000 });
  });

  test('the log comes in pages, each entry once, until there is no next one', async () => {
    const bench = await benchWithRecord();
    const seqs: number[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: z.output<typeof schemas.eventsPage> = await read(
        bench,
        `${ROLL}/events?after=${after}&limit=13`,
        schemas.eventsPage,
      );
      seqs.push(...page.items.map(({ seq }) => seq));
      after = page.next;
    }

    expect(seqs).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
    const [first] = (await read(bench, `${ROLL}/events?limit=1`, schemas.eventsPage)).items;
    expect(first?.event).toEqual(JSON.parse((await referenceLog('record')).split('\n')[0] ?? ''));
  });

  test('refusals in the log come in pages, with an entry that is no JSON among the events', async () => {
    const bench = await startBench();
    const entry = (text: string) => ({ entity: 'alpha', identity: text, bytes: Buffer.from(text) });
    const lost = JSON.stringify(event('contingent.committed', 'nobody', {}));
    await bench.log.append(RECORD, [entry('not json'), entry(lost)]);
    await expect.poll(() => bench.service.roll(RECORD)?.summary.seq).toBe(2);

    const first = await read(bench, `${ROLL}/refusals?limit=1`, schemas.refusalsPage);
    const second = await read(bench, `${ROLL}/refusals?after=${first.next}`, schemas.refusalsPage);
    const { items } = await read(bench, `${ROLL}/events`, schemas.eventsPage);

    expect(first).toMatchObject({ items: [{ seq: 1, code: 'malformed' }], next: 1 });
    expect(second).toMatchObject({ items: [{ seq: 2, code: 'unknown-contingent' }], next: null });
    expect(items[0]).toMatchObject({ event: null, text: 'not json' });
  });
});

describe('what is wrong with a question', () => {
  test.each([
    ['/nowhere', 404, /nothing at this address/],
    ['/api/rolls/', 404, /nothing at this address/],
    ['/../package.json', 404, /nothing/],
    ['/assets/..%2f..%2fpackage.json', 404, /no .* here/],
    ['/api/rolls/ukraine/absent', 404, /no roll ukraine\/absent/],
    ['/api/rolls/ukraine/absent/stream', 404, /no roll/],
    [`${ROLL}/contingents/nobody`, 404, /no contingent nobody/],
    ['/api/rolls/ukraine/a.b', 400, /path timeline: expected an id/],
    ['/api/rolls/UKRAINE/record', 400, /path theatre: expected an id/],
    ['/api/rolls/%2e%2e%2f/record', 400, /path theatre/],
    ['/api/rolls/%ff/record', 400, /%/],
    ['/api/rolls/%zz/record', 400, /%/],
    [`/api/rolls/${'a'.repeat(300)}/record`, 400, /longer than any id/],
    [`${ROLL}/contingents/theatre`, 400, /path id/],
    [`${ROLL}?asOf=2025-02-30`, 400, /query asOf: expected a day/],
    [`${ROLL}?asKnown=yesterday`, 400, /query asKnown: expected a day/],
    [`${ROLL}?seq=-1`, 400, /query seq: expected a whole number, 0 or more/],
    [`${ROLL}?seq=1&seq=2`, 400, /query seq/],
    [
      `${ROLL}?asof=2025-01-01`,
      400,
      /query asof: unknown parameter; this address knows: asOf, asKnown, seq, fields/,
    ],
    [`${ROLL}?__proto__=1`, 400, /query __proto__/],
    [`${ROLL}?fields=all`, 400, /query fields: expected distribution/],
    [`${ROLL}/events?limit=0`, 400, /query limit: expected a whole number, from 1 to 1000/],
    [`${ROLL}/events?limit=1001`, 400, /query limit/],
    [`${ROLL}/events?after=1e3`, 400, /query after/],
    [`${ROLL}/stream?after=x`, 400, /query after/],
  ])('%s → %i', async (path, status, detail) => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));

    const response = await bench.ask(path);

    expect(response.status).toBe(status);
    expect((await problemIn(response))['detail']).toMatch(detail);
  });

  test('a header that says where to resume must be a place', async () => {
    const { ask, post } = await startBench();
    await post(deployed('alpha', 10));

    const problem = await problemIn(await ask(`${ROLL}/stream`, { headers: { 'last-event-id': 'x' } }));

    expect(problem).toMatchObject({ status: 400, errors: [{ in: 'header', name: 'Last-Event-ID' }] });
  });
});

describe('methods and media types', () => {
  test.each([
    ['DELETE', ROLL, 'GET, PUT, HEAD, OPTIONS'],
    ['PUT', `${ROLL}/events`, 'GET, POST, HEAD, OPTIONS'],
    ['POST', '/api/rolls', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/', 'GET, HEAD, OPTIONS'],
  ])('%s %s is not taken, and the answer says what is', async (method, path, allow) => {
    const { ask } = await startBench();

    const response = await ask(path, { method, body: 'x', headers: { 'content-type': 'application/xml' } });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    await problemIn(response);
  });

  test('OPTIONS tells the methods and lets no other origin in', async () => {
    const { ask } = await startBench();

    const response = await ask(`${ROLL}/events`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example' },
    });

    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each(['/', '/api/rolls', ROLL, `${ROLL}/stream`, '/metrics', '/openapi.json'])(
    'HEAD %s has the header of GET and no body',
    async (path) => {
      const { ask, post } = await startBench();
      await post(deployed('alpha', 10));

      const response = await ask(path, { method: 'HEAD' });

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBeTruthy();
      expect(await response.text()).toBe('');
    },
  );

  test.each([
    ['/api/rolls', 'text/html', 406],
    ['/api/rolls', 'application/json;q=0, */*', 406],
    ['/api/rolls', 'application/*', 200],
    ['/api/rolls', 'text/html, */*;q=0.1', 200],
    [`${ROLL}/stream`, 'application/json', 406],
    ['/', 'application/json', 406],
    ['/metrics', 'application/openmetrics-text, text/plain;q=0.5', 200],
  ])('%s with Accept: %s → %i', async (path, accept, status) => {
    const { ask, post } = await startBench();
    await post(deployed('alpha', 10));

    const response = await ask(path, { headers: { accept } });

    expect(response.status).toBe(status);
    if (status === 406) expect((await problemIn(response))['detail']).toMatch(/answers with/);
  });
});

describe('health', () => {
  test('it lives, and is ready once the log is read', async () => {
    const bench = await startBench();

    expect(await read(bench, '/healthz', schemas.health)).toEqual({ status: 'ok' });
    await expect.poll(async () => (await bench.ask('/readyz')).status).toBe(200);
  });

  test('it says so while it is not ready', async () => {
    const { ask } = await startBench({}, (service) => ({ ...service, isReady: () => false }));

    const response = await ask('/readyz');

    expect(await problemIn(response)).toMatchObject({ status: 503 });
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('a fault answers 500 without its inside', async () => {
    const { ask } = await startBench({}, (service) => ({
      ...service,
      rolls: () => {
        throw new Error('secret inside');
      },
    }));

    const response = await ask('/api/rolls');
    const problem = await problemIn(response);

    expect(problem['status']).toBe(500);
    expect(JSON.stringify(problem)).not.toMatch(/secret|\.ts|node_modules/);
  });
});
