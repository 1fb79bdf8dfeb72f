import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamRange } from '../../events/reference/benchmarks.ts';
import { REFERENCE_FILES, type Reference } from '../../events/reference/reference.ts';
import { bundledNames, loadScenario } from '../../src/scenario/library.ts';
import { bundledReference, readReference } from '../../src/service/reference.ts';

let reference: Reference;
beforeAll(async () => {
  reference = await readReference();
});

/** The keys under which a payload names a place. */
const PLACE_KEYS = new Set(['area', 'region', 'country', 'place', 'host']);

/** Every place that a payload names, at any depth. */
function placesNamed(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    PLACE_KEYS.has(key) && typeof value === 'string' ? [value] : placesNamed(value),
  );
}

describe('the reference data that comes with Muster', () => {
  test('is every file of its directory', async () => {
    const files = await readdir(bundledReference());
    expect(files.filter((file) => file.endsWith('.yaml')).sort()).toEqual(
      Object.values(REFERENCE_FILES).sort(),
    );
  });

  test('has a range for every stream that a read model compares with, or says which wage is missing', () => {
    const { streams, missing } = reference.benchmarks;
    const ranged = streams.filter((stream) => streamRange(stream) !== null).map(({ id }) => id);
    expect(ranged.sort()).toEqual([
      'agriculture',
      'arms-sales',
      'construction',
      'cybercrime',
      'forestry',
      'host-soldier-pay',
      'overseas-labour',
      'overseas-labour-revenue',
      'soldier-pay',
    ]);
    const without = streams.filter((stream) => streamRange(stream) === null);
    expect(without.map(({ id }) => id)).toEqual(['mining']);
    expect(missing.map(({ id }) => id)).toEqual(
      expect.arrayContaining(without.map(({ id }) => `${id}-wage`)),
    );
  });

  test('knows every place that a bundled script names', async () => {
    const known = new Set(reference.places.places.map(({ id }) => id));
    const names = await bundledNames();
    const named = await Promise.all(
      names.map(async (name) => {
        const loading = await loadScenario(name);
        if (!loading.ok) throw new Error(`${name} does not load`);
        return loading.scenario.script.form.events.flatMap(({ data }) => placesNamed(data));
      }),
    );

    const all = new Set(named.flat());
    expect(all.size).toBeGreaterThan(20);
    expect([...all].filter((place) => !known.has(place))).toEqual([]);
  });

  test('gives codes of ISO 3166, and to a country its own as its id', () => {
    const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const { places } = reference.places;
    const unknown = places.filter(
      ({ iso }) => iso !== null && countryNames.of(iso.slice(0, 2)) === undefined,
    );
    expect(unknown).toEqual([]);
    for (const { id, kind, iso } of places) {
      if (kind === 'country') expect(iso).toBe(id);
      if (kind === 'region') expect(iso, id).toBeNull();
    }
  });

  test.each([
    ['primorye', false],
    ['KR', false],
    ['occupied_luhansk', true],
    ['VE', true],
  ])('%s lies beyond East Asia: %s', (id, beyond) => {
    const { places, regions } = reference.places;
    const place = places.find((each) => each.id === id);
    expect(regions.find(({ id: region }) => region === place?.region)?.beyondEastAsia).toBe(beyond);
  });
});

describe('reference data that is not right', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-reference-'));
    await cp(bundledReference(), directory, { recursive: true });
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('is not read, and every fault is named', async () => {
    const file = join(directory, 'precedents.yaml');
    const text = await readFile(file, 'utf8');
    const complaints = async (wrong: string) => {
      await writeFile(file, wrong);
      return readReference(directory).then(() => 'none', String);
    };

    const unordered = await complaints(text.replace('best: 5099', 'best: 50'));
    expect(unordered).toContain('expected low ≤ best ≤ high');
    expect(unordered).toContain('precedents.precedents[0].figures[2]');

    const misnamed = await complaints(text.replaceAll('source: grau-1998', 'source: nobody'));
    expect(misnamed).toContain('sources.yaml has no source "nobody"');
    expect(misnamed).toContain('nothing cites the source "grau-1998"');

    expect(await complaints('precedents: [')).toContain('precedents.yaml');
  });
});
