import { describe, expect, it } from 'vitest';
import { type Bench, deployed, startBench } from './bench.ts';

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
