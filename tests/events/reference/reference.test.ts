import { expect, test } from 'vitest';
import { referenceSchema } from '../../../events/reference/reference.ts';

const source = { title: 'T', publisher: 'P', url: 'https://example.org', published: '2024' };
const figure = {
  id: 'a-figure',
  what: 'W',
  measure: 'paid',
  unit: 'usd-per-head-month',
  low: 1,
  best: 1,
  high: 1,
  bestIs: 'stated',
  period: { from: '2024', to: '2024' },
  citations: [{ source: 'read', quote: 'one' }],
};
const stream = {
  id: 'a-stream',
  name: 'N',
  measure: 'paid',
  unit: 'usd-per-head-month',
  statements: ['S56'],
};
const missing = { id: 'a-gap', what: 'W', lookedFor: 'L' };
const { measure: _, ...plainFigure } = figure;
const precedent = { id: 'a-precedent', name: 'N', what: 'W', statements: ['S13'], citations: [] };
const place = {
  id: 'A place',
  name: 'N',
  kind: 'town',
  iso: 'UA-14',
  region: 'europe',
  point: { lat: 48, lon: 38, marks: 'the town', source: 'mapped' },
};
const region = { id: 'europe', name: 'Europe', beyondEastAsia: true };

/** Reference data with one thing of each kind, in which some are replaced. */
function made({
  sources = { read: source, mapped: source },
  streams = [{ ...stream, figures: [figure] }],
  gaps = [missing],
  precedents = [{ ...precedent, figures: [{ ...plainFigure, id: 'another-figure' }] }],
  regions = [region],
  places = [place],
}: {
  sources?: Record<string, unknown>;
  streams?: unknown[];
  gaps?: unknown[];
  precedents?: unknown[];
  regions?: unknown[];
  places?: unknown[];
} = {}): unknown {
  return {
    sources,
    benchmarks: { streams, missing: gaps },
    precedents: { precedents, missing: [] },
    places: { regions, places },
  };
}

const told = (value: unknown): string[] =>
  referenceSchema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

test('what fits together is taken', () => {
  expect(told(made())).toEqual([]);
});

test.each([
  ['a citation of nothing', made({ sources: { mapped: source } }), 'sources.yaml has no source "read"'],
  ['a point of nothing', made({ sources: { read: source } }), 'sources.yaml has no source "mapped"'],
  [
    'a source that nothing cites',
    made({ sources: { read: source, mapped: source, idle: source } }),
    'nothing cites the source "idle" of sources.yaml; take it out',
  ],
  ['a repeated gap', made({ gaps: [missing, missing] }), 'the missing figure "a-gap" is there twice'],
  [
    'a repeated stream',
    made({
      streams: [
        { ...stream, figures: [figure] },
        { ...stream, figures: [] },
      ],
    }),
    'the stream "a-stream" is there twice',
  ],
  [
    'a figure of a stream and a precedent with one id',
    made({ precedents: [{ ...precedent, figures: [plainFigure] }] }),
    'the figure "a-figure" is there twice',
  ],
  ['a repeated place', made({ places: [place, place] }), 'the place "A place" is there twice'],
  [
    'a place in no region',
    made({ places: [{ ...place, region: 'asia' }] }),
    'the place "A place" is in a region that is not listed: "asia"',
  ],
])('told: %s', (_, value, message) => {
  expect(told(value)).toEqual([message]);
});

test.each([
  ['a latitude beyond the pole', { ...place, point: { ...place.point, lat: 91 } }],
  ['a longitude beyond the date line', { ...place, point: { ...place.point, lon: -181 } }],
  ['a point without a source', { ...place, point: { lat: 1, lon: 1, marks: 'the town' } }],
  ['a code that is none', { ...place, iso: 'UKR' }],
  ['a kind that is none', { ...place, kind: 'village' }],
])('refused: %s', (_, wrong) => {
  expect(told(made({ places: [wrong] }))).not.toEqual([]);
});

test('a statement that the essay does not have is refused', () => {
  const beyond = { ...precedent, statements: ['S78'], figures: [{ ...plainFigure, id: 'another-figure' }] };
  expect(told(made({ precedents: [beyond] }))).toEqual(['expected a statement from S01 to S77']);
});
