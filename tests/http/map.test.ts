import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { mapDocument } from '../../src/http/map-schema.ts';
import type { MapDocument } from '../../src/readmodels/map/map-document.ts';
import { type Bench, problemIn, RECORD, ROLL, referenceLog, startBench } from './bench.ts';

async function benchWithRecord(): Promise<Bench> {
  const bench = await startBench();
  const response = await bench.post(await referenceLog('record'), 'application/x-ndjson');
  expect(response.status).toBe(201);
  return bench;
}

async function read({ ask }: Bench, query = ''): Promise<z.output<typeof mapDocument>> {
  const response = await ask(`${ROLL}/map${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/geo+json; charset=utf-8');
  return mapDocument.parse(await response.json());
}

const headsIn = ({ features }: z.output<typeof mapDocument>) =>
  features
    .filter(({ properties }) => properties.kind !== 'announced')
    .reduce((sum, { properties }) => sum + properties.heads.best, 0);

test('the map is GeoJSON, the one that the service gives, in every view', async () => {
  const bench = await benchWithRecord();
  const now = await read(bench);

  expect(now).toEqual(await bench.service.roll(RECORD)?.map({}));
  expect([headsIn(now), now.seq, now.isHypothetical]).toEqual([17_993, 26, false]);
  expect(now.features[0]).toMatchObject({ id: 'standing/kursk', properties: { heads: { best: 15_002 } } });

  const early = await read(bench, '?seq=3');
  expect([headsIn(early), early.seq]).toEqual([11_000, 3]);
  const [asOf, asKnown] = [await read(bench, '?asOf=2025-03-31'), await read(bench, '?asKnown=2025-03-31')];
  const unlocated = (map: z.output<typeof mapDocument>) =>
    map.features.find(({ geometry }) => geometry === null)?.properties.heads.best;
  expect([unlocated(asOf), unlocated(asKnown)]).toEqual([2000, undefined]);
});

test('what the address does not know is told', async () => {
  const { ask } = await startBench();
  expect(await problemIn(await ask('/api/rolls/ukraine/nowhere/map'))).toMatchObject({ status: 404 });
  expect(await problemIn(await ask(`${ROLL}/map?fields=distribution`))).toMatchObject({ status: 400 });
});

/** A type with nothing read-only in it, as zod infers types. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;

test('the schema of the answer is the type of the document', () => {
  expectTypeOf<z.output<typeof mapDocument>>().toEqualTypeOf<Plain<MapDocument>>();
});
