import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../src/http/tokens-file.ts';
import { type Bench, deployed, event, problemIn, startBench } from './bench.ts';

const BRANCH = '/api/rolls/ukraine/garrison';

function open(bench: Bench, body: unknown, path = BRANCH, headers: Readonly<Record<string, string>> = {}) {
  return bench.ask(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const opening = { title: 'The garrison', basis: 'hypothetical', base: 'record' };

describe('opening a roll', () => {
  it('branches at the head of its base, and keeps that place when it is opened again', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 5));
    const first = await open(bench, opening);
    expect([first.status, await first.json()]).toMatchObject([
      200,
      {
        theatre: 'ukraine',
        timeline: 'garrison',
        title: 'The garrison',
        base: { timeline: 'record', seq: 1 },
      },
    ]);
    await bench.post(deployed('bravo', 5));
    const again = await open(bench, { ...opening, title: 'The garrison that stayed' });
    expect(await again.json()).toMatchObject({
      title: 'The garrison that stayed',
      base: { timeline: 'record', seq: 1 },
    });
  });

  it('makes a roll known that has no events yet', async () => {
    const bench = await startBench();
    await open(bench, { title: 'Another war', basis: 'reported', base: null }, '/api/rolls/elsewhere/record');
    const roll = await bench.ask('/api/rolls/elsewhere/record');
    expect(await roll.json()).toMatchObject({ theatre: 'elsewhere', timeline: 'record', seq: 0 });
  });

  it('refuses another base than the roll has', async () => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 5));
    await open(bench, opening);
    const other = await open(bench, { ...opening, base: null });
    expect([other.status, await other.json()]).toMatchObject([409, { title: 'The roll has another base' }]);
  });

  it.each([
    ['no JSON', '{', '$: not JSON'],
    ['an unknown basis', { ...opening, basis: 'rumour' }, '$.basis'],
    ['a base with a dot', { ...opening, base: 'a.b' }, '$.base'],
    ['a key too many', { ...opening, seq: 3 }, 'unknown key "seq"'],
    ['no title', { ...opening, title: '' }, '$.title'],
  ])('refuses %s with the place', async (_what, body, place) => {
    const bench = await startBench();
    const answer = await open(bench, body);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining(place) },
    ]);
  });

  it('needs the token where writing does, and no page of another origin may', async () => {
    const bench = await startBench({ token: 'secret' });
    expect((await open(bench, opening)).status).toBe(401);
    const foreign = { authorization: 'Bearer secret', origin: 'http://evil.example' };
    expect((await open(bench, opening, BRANCH, foreign)).status).toBe(403);
  });
});

const post = (
  { ask }: Pick<Bench, 'ask'>,
  roll: string,
  body: unknown,
  { query = '', headers = {} }: { query?: string; headers?: Readonly<Record<string, string>> } = {},
) =>
  ask(`/api/rolls/${roll}/events${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', ...headers },
    body: JSON.stringify(body),
  });

describe('a roll that nobody opened', () => {
  it.each([
    ['ukraine/recrod', 'Did you mean ukraine/record? '],
    ['ukrane/record', 'Did you mean ukraine/record? '],
    ['ukriane/recrod', 'Did you mean ukraine/record? '],
    ['ukraine/spring-plan', ''],
    ['sudan/record', ''],
  ])('takes no event over HTTP, and comes into no list: %s', async (roll, hint) => {
    const bench = await startBench();
    await bench.post(deployed('alpha', 5));
    const problem = await problemIn(await post(bench, roll, deployed('alpha', 5)));
    expect(problem).toMatchObject({
      type: 'urn:problem-type:muster:not-found',
      detail: `There is no roll ${roll}. ${hint}PUT /api/rolls/${roll} with title, basis and base opens it, and so does ?open=true at the end of this address.`,
    });
    const read = await problemIn(await bench.ask(`/api/rolls/${roll}/events`));
    expect(read['detail']).toBe(`There is no roll ${roll}. ${hint}GET /api/rolls lists those there are.`);
    expect((await bench.log.rolls()).map((info) => info.roll.timeline)).toEqual(['record']);
  });

  it('is opened by ?open=true, on the basis of the first event that is one', async () => {
    const bench = await startBench();
    const first = deployed('alpha', 5, { basis: 'hypothetical' });
    expect((await post(bench, 'ukraine/plan', first, { query: '?open=true' })).status).toBe(201);
    const batch = await bench.ask('/api/rolls/ukraine/second/events?open=true', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: [
        '{}',
        JSON.stringify(deployed('alpha', 5, { basis: 'reported', reliability: 'B', credibility: 2 })),
      ].join('\n'),
    });
    expect(batch.status).toBe(207);
    expect(await (await bench.ask('/api/rolls')).json()).toMatchObject({
      items: [
        { timeline: 'plan', title: 'plan', basis: 'hypothetical', openedAs: 'hypothetical' },
        { timeline: 'second', title: 'second', basis: 'reported', announced: true },
      ],
    });
    // It takes more afterwards, and keeps what it is.
    expect((await post(bench, 'ukraine/plan', deployed('beta', 5))).status).toBe(201);
    expect((await post(bench, 'ukraine/second', deployed('beta', 5), { query: '?open=true' })).status).toBe(
      201,
    );
    expect((await post(bench, 'ukraine/third', {}, { query: '?open=true' })).status).toBe(400);
    expect((await bench.log.rolls()).map(({ basis }) => basis)).toEqual(['hypothetical', 'reported']);
    expect((await post(bench, 'ukraine/third', {}, { query: '?open=yes' })).status).toBe(400);
  });

  it('tells nobody of theatres that he may not read', async () => {
    const rights = { ukraine: ['ukraine'], sudan: ['sudan'] };
    const tokens = Object.entries(rights).map(([name, theatres]) => ({
      ...{ name, sha256: tokenHash(name), read: theatres, write: theatres },
    }));
    const bench = await startBench({ tokens: { tokens } });
    await bench.log.open(
      { theatre: 'ukraine', timeline: 'record' },
      { title: 'R', basis: 'reported', base: null },
    );
    await bench.log.open(
      { theatre: 'sudan', timeline: 'records' },
      { title: 'S', basis: 'reported', base: null },
    );
    const as = (name: string) => ({ headers: { authorization: `Bearer ${name}` } });
    const { detail } = await problemIn(await post(bench, 'sudan/record', deployed('a', 5), as('sudan')));
    expect(detail).toMatch(/Did you mean sudan\/records\?/);
    const other = await problemIn(await post(bench, 'sudan/recor', deployed('a', 5), as('sudan')));
    expect(other['detail']).not.toMatch(/ukraine/);
  });

  it('is listed as unannounced when it was published to all the same, and as nothing reported', async () => {
    const bench = await startBench();
    const roll = { theatre: 'ukraine', timeline: 'recrod' };
    const put = (content: { id: string }) =>
      bench.log.append(roll, [
        { entity: 'alpha', identity: content.id, bytes: Buffer.from(JSON.stringify(content)) },
      ]);
    await put(deployed('alpha', 5));
    const listed = async () => (await bench.ask('/api/rolls')).json();
    await expect
      .poll(listed)
      .toMatchObject({ items: [{ timeline: 'recrod', basis: null, announced: false }] });
    const metrics = async () => (await bench.ask('/metrics')).text();
    expect(await metrics()).toMatch(/timeline="recrod",basis="unannounced"/);
    await put(deployed('beta', 5, { basis: 'hypothetical' }));
    await expect.poll(metrics).toMatch(/timeline="recrod",basis="hypothetical"/);
    expect(await listed()).toMatchObject({
      items: [{ basis: 'hypothetical', openedAs: null, announced: false }],
    });
    await open(bench, { title: 'Was meant', basis: 'reported', base: null }, '/api/rolls/ukraine/recrod');
    expect(await listed()).toMatchObject({
      items: [{ title: 'Was meant', basis: 'hypothetical', openedAs: 'reported', announced: true }],
    });
  });
});

describe('a roll that has entries', () => {
  it('keeps title and basis when it is opened again, and says which', async () => {
    const bench = await startBench();
    await open(bench, { title: 'Third wave', basis: 'hypothetical', base: null });
    await post(bench, 'ukraine/garrison', deployed('alpha', 5));
    for (const about of [
      { title: 'Third wave', basis: 'hypothetical' },
      { title: 'March notes', basis: 'reported' },
      { title: 'March notes', basis: 'hypothetical' },
    ]) {
      const answer = await open(bench, { ...about, base: null });
      expect([answer.status, await answer.json()]).toMatchObject([
        200,
        { title: 'Third wave', basis: 'hypothetical', seq: 1 },
      ]);
    }
  });
});

describe('a roll that was closed', () => {
  const RECROD = '/api/rolls/ukraine/recrod';
  const close = (bench: Bench, headers = {}) => bench.ask(RECROD, { method: 'DELETE', headers });

  it('is in no list and takes no events; it is read by its address, stands under others, and comes back', async () => {
    const bench = await startBench();
    await open(bench, { title: 'A slip', basis: 'assessed', base: null }, RECROD);
    await post(bench, 'ukraine/recrod', deployed('alpha', 5));
    await open(bench, { title: 'B', basis: 'reported', base: 'recrod' }, '/api/rolls/ukraine/branch');

    const closed = await close(bench);
    expect([closed.status, await closed.json()]).toMatchObject([
      200,
      { title: 'A slip', closed: true, seq: 1 },
    ]);
    expect((await close(bench)).status).toBe(200);

    const timelines = async (query = '') => {
      const { items } = await (await bench.ask(`/api/rolls${query}`)).json();
      return items.map(
        ({ timeline, closed: is }: { timeline: string; closed: boolean }) => `${timeline} ${is}`,
      );
    };
    expect(await timelines()).toEqual(['branch false']);
    expect(await timelines('?closed=true')).toEqual(['branch false', 'recrod true']);
    expect(await (await bench.ask('/metrics')).text()).not.toContain('recrod');
    const problem = await problemIn(await post(bench, 'ukraine/recrod', deployed('beta', 5)));
    expect(problem).toMatchObject({ status: 409, type: 'urn:problem-type:muster:closed' });
    expect(problem['detail']).toMatch(/ukraine\.recrod was closed.*PUT \/api\/rolls\/ukraine\/recrod/);
    expect(await bench.log.head({ theatre: 'ukraine', timeline: 'recrod' })).toBe(1);
    expect(await (await bench.ask(RECROD)).json()).toMatchObject({ seq: 1 });
    expect((await post(bench, 'ukraine/branch', event('contingent.committed', 'alpha', {}))).status).toBe(
      201,
    );
    // Nobody means one that was closed.
    expect((await problemIn(await bench.ask('/api/rolls/ukraine/recrodd')))['detail']).not.toMatch(/mean/);

    const again = await open(bench, { title: 'Other', basis: 'hypothetical', base: null }, RECROD);
    expect(await again.json()).toMatchObject({ title: 'A slip', basis: 'assessed', closed: false });
    expect((await post(bench, 'ukraine/recrod', deployed('beta', 5))).status).toBe(201);
    expect(await timelines()).toEqual(['branch false', 'recrod false']);
  });

  it('is closed by writers only, and only if it is there', async () => {
    const bench = await startBench({ token: 'secret' });
    await bench.log.open(
      { theatre: 'ukraine', timeline: 'recrod' },
      { title: 'A', basis: 'reported', base: null },
    );
    expect((await close(bench)).status).toBe(401);
    expect(
      (await close(bench, { authorization: 'Bearer secret', origin: 'https://elsewhere.example' })).status,
    ).toBe(403);
    expect((await close(bench, { authorization: 'Bearer secret' })).status).toBe(200);
    const nowhere = await bench.ask('/api/rolls/ukraine/recor', {
      method: 'DELETE',
      headers: { authorization: 'Bearer secret' },
    });
    expect((await problemIn(nowhere))['status']).toBe(404);
  });
});
