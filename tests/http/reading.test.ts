import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as healthSchemas from '../../src/http/health-schemas.ts';
import { operations } from '../../src/http/operations.ts';
import * as pageSchemas from '../../src/http/page-schemas.ts';
import * as rollSchemas from '../../src/http/roll-schemas.ts';
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

    const { items, next } = await read(bench, '/api/rolls', pageSchemas.rollList);

    expect(next).toBeNull();
    const reported = { basis: 'reported', openedAs: 'reported', announced: true, closed: false };
    const whatIf = { ...reported, basis: 'hypothetical', openedAs: 'hypothetical' };
    expect(items).toEqual([
      { ...RECORD, title: 'record', ...reported, base: null, seq: 26, isCurrent: true },
      { ...branch, title: 'What if', ...whatIf, base, seq: 20, isCurrent: true },
    ]);
  });

  test('the roll document is the one that the service gives, whole or its distribution', async () => {
    const bench = await benchWithRecord();

    const roll = await read(bench, ROLL, rollSchemas.rollDocument);
    const distribution = await read(bench, `${ROLL}?fields=distribution`, rollSchemas.distributionDocument);

    expect(roll).toEqual(await bench.service.roll(RECORD)?.document());
    expect(roll.pathways.deployed).toEqual({ low: 14000, best: 15000, high: 16000, contingents: 2 });
    const { contingents: _c, flows: _f, refusals: _r, ...rest } = roll;
    expect(distribution).toEqual({ ...rest, basis: 'reported' });
  });

  test('views: by what had happened, by what was known, by place, and the distribution of one', async () => {
    const bench = await benchWithRecord();
    const roll = bench.service.roll(RECORD);
    const endOfMarch = Date.parse('2025-03-31T23:59:59.999Z');

    const asOf = await read(bench, `${ROLL}?asOf=2025-03-31`, rollSchemas.rollDocument);
    const asKnown = await read(bench, `${ROLL}?asKnown=2025-03-31T23:59:59.999Z`, rollSchemas.rollDocument);
    const early = await read(bench, `${ROLL}?seq=3`, rollSchemas.rollDocument);
    const both = await read(
      bench,
      `${ROLL}?asOf=2025-03-31&fields=distribution`,
      rollSchemas.distributionDocument,
    );

    expect(asOf).toEqual(await roll?.document({ asOfMs: endOfMarch }));
    expect(asKnown).toEqual(await roll?.document({ asKnownMs: endOfMarch }));
    expect(asOf.time).not.toBe((await roll?.document())?.time);
    expect(early).toMatchObject({ seq: 3, counts: { accepted: 3 } });
    expect(both.pathways).toEqual(asOf.pathways);
  });

  test('a contingent with its history and where it comes from', async () => {
    const bench = await benchWithRecord();

    const page = await read(bench, `${ROLL}/contingents/storm-corps`, pageSchemas.contingentPage);

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

    const { items, next } = await read(bench, `${ROLL}/flows`, pageSchemas.flowsPage);

    expect(next).toBeNull();
    expect(items).toContainEqual({ from: 'inflow', to: 'deployed', persons: 21000 });
  });

  test('the log comes in pages, each entry once, until there is no next one', async () => {
    const bench = await benchWithRecord();
    const seqs: number[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: z.output<typeof pageSchemas.eventsPage> = await read(
        bench,
        `${ROLL}/events?after=${after}&limit=13`,
        pageSchemas.eventsPage,
      );
      seqs.push(...page.items.map(({ seq }) => seq));
      after = page.next;
    }

    expect(seqs).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
    const [first] = (await read(bench, `${ROLL}/events?limit=1`, pageSchemas.eventsPage)).items;
    expect(first?.event).toEqual(JSON.parse((await referenceLog('record')).split('\n')[0] ?? ''));
  });

  test('refusals in the log come in pages, with an entry that is no JSON among the events', async () => {
    const bench = await startBench();
    const entry = (text: string) => ({ entity: 'alpha', identity: text, bytes: Buffer.from(text) });
    const lost = JSON.stringify(event('contingent.committed', 'nobody', {}));
    await bench.log.append(RECORD, [entry('not json'), entry(lost)]);
    await expect.poll(() => bench.service.roll(RECORD)?.summary.seq).toBe(2);

    const first = await read(bench, `${ROLL}/refusals?limit=1`, pageSchemas.refusalsPage);
    const second = await read(bench, `${ROLL}/refusals?after=${first.next}`, pageSchemas.refusalsPage);
    const { items } = await read(bench, `${ROLL}/events`, pageSchemas.eventsPage);

    expect(first).toMatchObject({ items: [{ seq: 1, code: 'malformed' }], next: 1 });
    expect(second).toMatchObject({ items: [{ seq: 2, code: 'unknown-contingent' }], next: null });
    expect(items[0]).toMatchObject({ event: null, text: 'not json' });
  });
});

describe('what was published', () => {
  const killed = (series: string, value: unknown, attributes: object) =>
    event('casualty.claimed', null, { series, measure: 'killed', cumulative: true, value }, attributes);

  async function benchWithClaims(): Promise<Bench> {
    const bench = await startBench();
    await bench.post(deployed('alpha', 1_000, { time: '2025-01-01T00:00:00Z' }));
    await bench.post(killed('Kyiv', { low: 30, best: 40, high: 60 }, { time: '2025-02-01T00:00:00Z' }));
    await bench.post(
      killed('Seoul', 25, {
        time: '2025-02-01T00:00:00Z',
        observedtime: '2025-03-10T00:00:00Z',
        basis: 'reported',
        reporter: 'NIS',
        reporterkind: 'state-agency',
        reporturl: 'https://example.org/nis',
        reliability: 'B',
        credibility: 2,
      }),
    );
    await bench.post(
      event('strength.assessed', null, { strength: 900 }, { time: '2025-02-02T00:00:00Z', reporter: 'GUR' }),
    );
    await bench.post(event('casualty.recorded', 'alpha', { killed: 5 }, { time: '2025-02-03T00:00:00Z' }));
    return bench;
  }

  test('each claim keeps its series, its range and who said it, and moves nobody', async () => {
    const bench = await benchWithClaims();

    const { items, next } = await read(bench, `${ROLL}/claims`, pageSchemas.claimsPage);
    const { losses } = await read(bench, ROLL, rollSchemas.rollDocument);

    expect(next).toBeNull();
    expect(items).toMatchObject([
      { seq: 2, series: 'Kyiv', measure: 'killed', cumulative: true, value: { low: 30, best: 40, high: 60 } },
      {
        seq: 3,
        series: 'Seoul',
        value: { low: 25, best: 25, high: 25 },
        event: {
          observedtime: '2025-03-10T00:00:00Z',
          reporter: 'NIS',
          reporterkind: 'state-agency',
          reporturl: 'https://example.org/nis',
          reliability: 'B',
          credibility: 2,
        },
      },
      { seq: 4, series: 'GUR', measure: 'strength', cumulative: null, value: { best: 900 } },
    ]);
    expect(losses.killed).toBe(5);
  });

  test('the claims come in pages, and as known on a day without what was published later', async () => {
    const bench = await benchWithClaims();

    const first = await read(bench, `${ROLL}/claims?limit=1`, pageSchemas.claimsPage);
    const rest = await read(bench, `${ROLL}/claims?after=${first.next}`, pageSchemas.claimsPage);
    const known = await read(bench, `${ROLL}/claims?asKnown=2025-03-09`, pageSchemas.claimsPage);

    expect(first).toMatchObject({ items: [{ seq: 2 }], next: 2 });
    expect(rest).toMatchObject({ items: [{ seq: 3 }, { seq: 4 }], next: null });
    expect(known.items.map(({ series }) => series)).toEqual(['Kyiv', 'GUR']);
  });
});

describe('what a headline rests on', () => {
  test('the phase on what ended the war, the latest day on its event, the inflow on who came', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 100, { time: '2025-01-01T00:00:00Z', reporter: 'NIS' }));
    await bench.post(
      event('war.ended', null, { variant: 'armistice' }, { time: '2025-06-01T00:00:00Z', reporter: 'KCNA' }),
    );
    await bench.post(event('tension.flared', null, { area: 'kursk' }, { time: '2025-07-01T00:00:00Z' }));
    await bench.post(event('contingent.reinforced', 'alpha', { strength: 5 }));
    const of = (headline: string) => read(bench, `${ROLL}/grounds?of=${headline}`, pageSchemas.groundsPage);

    expect((await of('phase')).items).toMatchObject([
      {
        seq: 2,
        phase: { name: 'ended', variant: 'armistice' },
        strength: null,
        event: { type: 'war.ended', reporter: 'KCNA' },
      },
    ]);
    expect((await of('latest')).items).toMatchObject([{ seq: 3, event: { type: 'tension.flared' } }]);
    expect((await of('inflow')).items).toMatchObject([
      { seq: 1, phase: null, strength: { best: 100 }, event: { subject: 'alpha', reporter: 'NIS' } },
      { seq: 4, strength: { best: 5 } },
    ]);

    const first = await read(bench, `${ROLL}/grounds?of=inflow&limit=1`, pageSchemas.groundsPage);
    const second = await read(
      bench,
      `${ROLL}/grounds?of=inflow&after=${first.next}&limit=1`,
      pageSchemas.groundsPage,
    );
    expect([first.next, second.next, second.items[0]?.seq]).toEqual([1, null, 4]);
  });

  test('of an empty roll there is none', async () => {
    const bench = await startBench();
    await bench.log.open(RECORD, { title: 'Nothing yet', basis: 'reported', base: null });
    await expect.poll(() => bench.service.roll(RECORD)?.summary.isCurrent).toBe(true);

    for (const headline of ['phase', 'latest', 'inflow']) {
      const page = await read(bench, `${ROLL}/grounds?of=${headline}`, pageSchemas.groundsPage);
      expect(page).toEqual({ items: [], next: null });
    }
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
    [`${ROLL}/stream?lastEventId=x`, 400, /query lastEventId: expected a whole number/],
    [`${ROLL}/stream?last-event-id=1`, 400, /this address knows: after, lastEventId/],
    [`${ROLL}/claims?asKnown=soon`, 400, /query asKnown: expected a day/],
    [`${ROLL}/grounds`, 400, /query of: /],
    [`${ROLL}/grounds?of=killed`, 400, /query of: .*phase.*latest.*inflow/],
  ])('%s → %i', async (path, status, detail) => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 10));

    const response = await bench.ask(path);

    expect(response.status).toBe(status);
    expect((await problemIn(response))['detail']).toMatch(detail);
  });

  test.each(['?fbclid=IwAR0', '?utm_source=mail&utm_medium=x', '?t=1&t=2', '?__proto__=1', '?='])(
    '%s on an address that people open is ignored',
    async (query) => {
      const bench = await startBench();
      const outsideApi = operations().filter(
        ([id, { path }]) => !path.startsWith('/api/') && !id.endsWith('Asset'),
      );
      const paths = [...outsideApi.map(([, { path }]) => path), '/session', '/inspector'];

      expect(paths.length).toBeGreaterThanOrEqual(9);
      for (const path of paths) expect((await bench.ask(`${path}${query}`)).status, path).toBe(200);
      expect((await bench.ask(`/api/rolls${query}`)).status).toBe(400);
    },
  );

  test('a header that says where to resume must be a place', async () => {
    const { ask, post } = await startBench();
    await post(deployed('alpha', 10));

    const problem = await problemIn(await ask(`${ROLL}/stream`, { headers: { 'last-event-id': 'x' } }));

    expect(problem).toMatchObject({ status: 400, errors: [{ in: 'header', name: 'Last-Event-ID' }] });
  });
});

describe('methods and media types', () => {
  test.each([
    ['PATCH', ROLL, 'GET, PUT, DELETE, HEAD, OPTIONS'],
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

    expect(await read(bench, '/healthz', healthSchemas.health)).toEqual({ status: 'ok' });
    await expect.poll(async () => (await bench.ask('/readyz')).status).toBe(200);
  });

  test('it says so while it is not ready, and why', async () => {
    const { ask } = await startBench({}, (service) => ({
      ...service,
      unreadiness: () => 'The log cannot be reached',
    }));

    const response = await ask('/readyz');

    const detail = 'The log cannot be reached. Ask again in a moment.';
    expect(await problemIn(response)).toMatchObject({ status: 503, detail });
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
