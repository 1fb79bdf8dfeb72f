import { expect, test } from 'vitest';
import { z } from 'zod';
import * as pageSchemas from '../../src/http/page-schemas.ts';
import { type Bench, deployed, event, ROLL, startBench } from './bench.ts';

const markedSchema = z.looseObject({ basis: z.string().nullable() });

/** What a reader is told that the record rests on: in the list, in the distribution, and by Prometheus. */
async function toldBases({ ask }: Bench, view = '') {
  const { items } = pageSchemas.rollList.parse(await (await ask('/api/rolls')).json());
  const distribution = await ask(`${ROLL}?fields=distribution${view}`);
  const metrics = await (await ask('/metrics')).text();
  return {
    listed: items.map(({ basis }) => basis),
    distribution: markedSchema.parse(await distribution.json()).basis,
    measured: [...new Set([...metrics.matchAll(/^muster_roll_\w+{.*?basis="(\w+)"/gm)].map(([, b]) => b))],
  };
}

const all = (basis: string) => ({ listed: [basis], distribution: basis, measured: [basis] });

const whatIf = { basis: 'hypothetical', time: '2027-02-01T00:00:00Z' };

const claimed = { series: 'x', measure: 'killed', cumulative: true, value: 5 };
const claim = event('casualty.claimed', null, claimed, whatIf);

test.each([
  ['a contingent', deployed('third-wave', 30_000, whatIf)],
  ['a claim, which moves nobody', claim],
  ['the end of the war', event('war.ended', null, { variant: 'ceasefire' }, whatIf)],
])('one fact that is a what-if marks a roll that was opened as reported: %s', async (_, fact) => {
  const bench = await startBench();
  await bench.post(deployed('alpha', 10));
  expect(await toldBases(bench)).toEqual(all('reported'));

  expect((await bench.post(fact)).status).toBe(201);

  expect(await toldBases(bench)).toEqual(all('hypothetical'));
  // Before it nothing was supposed.
  const before = await toldBases(bench, '&asOf=2026-12-31');
  expect(before.distribution).toBe('reported');
});

test('a branch is marked for its base, up to where it leaves that', async () => {
  const bench = await startBench();
  await bench.post(deployed('alpha', 10));
  await bench.log.open(
    { theatre: 'ukraine', timeline: 'before' },
    { title: 'Before', basis: 'reported', base: { timeline: 'record', seq: 1 } },
  );
  await bench.post(deployed('third-wave', 30_000, whatIf));
  await bench.log.open(
    { theatre: 'ukraine', timeline: 'after' },
    { title: 'After', basis: 'assessed', base: { timeline: 'record', seq: 2 } },
  );
  await expect
    .poll(async () => (await toldBases(bench)).listed)
    .toEqual(['hypothetical', 'reported', 'hypothetical']);
});

test('one that is retracted marks no more; a correction that is a what-if does', async () => {
  const bench = await startBench();
  const fact = deployed('third-wave', 30_000, whatIf);
  await bench.post(deployed('alpha', 10));
  await bench.post(fact);
  const retracted = (target: { source: string; id: string }, attributes = {}) => {
    const data = { target: { source: target.source, id: target.id }, reason: 'a slip' };
    return bench.post(event('event.retracted', null, data, { time: '2027-03-01T00:00:00Z', ...attributes }));
  };
  expect((await retracted(fact)).status).toBe(201);
  expect(await toldBases(bench)).toEqual(all('reported'));

  const second = deployed('beta', 10);
  await bench.post(second);
  expect((await retracted(second, { basis: 'hypothetical' })).status).toBe(201);
  expect(await toldBases(bench)).toEqual(all('hypothetical'));
});

test('one that the roll refuses marks nothing', async () => {
  const bench = await startBench();
  await bench.post(deployed('alpha', 10));
  const refused = event('contingent.committed', 'nobody', {}, whatIf);
  await bench.log.append({ theatre: 'ukraine', timeline: 'record' }, [
    { entity: 'nobody', identity: 'x', bytes: Buffer.from(JSON.stringify(refused)) },
  ]);
  await expect.poll(() => bench.service.followed()[0]?.summary.seq).toBe(2);
  expect(await toldBases(bench)).toEqual(all('reported'));
});

test('what is open as a what-if is marked before it has any', async () => {
  const bench = await startBench();
  await bench.log.open(
    { theatre: 'ukraine', timeline: 'record' },
    { title: 'A', basis: 'hypothetical', base: null },
  );
  await bench.post(deployed('alpha', 10));
  expect(await toldBases(bench)).toEqual(all('hypothetical'));
});

test('a stream tells it with the next distribution', async () => {
  const bench = await startBench();
  await bench.post(deployed('alpha', 10));
  const reading = new AbortController();
  const { body } = await bench.ask(`${ROLL}/stream`, { signal: reading.signal });
  const text = body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const until = async (what: RegExp) => {
    while (!what.test(heard)) heard += (await text?.read())?.value ?? '';
  };
  await until(/"basis":"reported"}\n/);
  await bench.post(deployed('third-wave', 30_000, whatIf));
  await until(/"seq":2,.*"basis":"hypothetical"}\n/);
  reading.abort();
});
