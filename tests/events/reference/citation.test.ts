import { describe, expect, test } from 'vitest';
import { citationSchema, figureSchema, sourceSchema } from '../../../events/reference/citation.ts';

const source = {
  title: 'A title',
  publisher: 'A publisher',
  url: 'https://example.org/page',
  published: '2024-10-28',
};
const figure = {
  id: 'a-figure',
  what: 'Something counted',
  unit: 'persons',
  low: 1,
  best: 2,
  high: 3,
  bestIs: 'stated',
  period: { from: '2024', to: '2024-10' },
  citations: [{ source: 'a-source', quote: 'about two' }],
};
const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

test('a source, a citation and a figure as they should be are taken', () => {
  expect(sourceSchema.safeParse(source).success).toBe(true);
  expect(sourceSchema.safeParse({ ...source, published: 'undated' }).success).toBe(true);
  expect(sourceSchema.safeParse({ ...source, url: 'http://example.org', published: '2009' }).success).toBe(
    true,
  );
  expect(citationSchema.safeParse({ source: 'a-source', quote: words(25) }).success).toBe(true);
  expect(figureSchema.safeParse(figure).success).toBe(true);
});

describe('refused are', () => {
  test.each([
    ['a source without a publisher', { ...source, publisher: '' }],
    ['a source without a date', { ...source, published: undefined }],
    ['a date that is none', { ...source, published: '2024-13' }],
    ['an address that is none', { ...source, url: 'example.org' }],
    ['an insecure address of a page of today', { ...source, url: 'http://example.org' }],
    ['an insecure address without a date', { ...source, url: 'http://example.org', published: 'undated' }],
    ['a key that nobody reads', { ...source, author: 'A' }],
  ])('%s', (_, wrong) => {
    expect(sourceSchema.safeParse(wrong).success).toBe(false);
  });

  test('a quote of more than 25 words', () => {
    expect(citationSchema.safeParse({ source: 'a-source', quote: words(26) }).success).toBe(false);
  });

  test.each([
    ['a figure without a citation', { ...figure, citations: [] }],
    ['a figure without a period', { ...figure, period: undefined }],
    ['a period that ends before it starts', { ...figure, period: { from: '2025', to: '2024-10' } }],
    ['a best below low', { ...figure, best: 0 }],
    ['a best above high', { ...figure, best: 4 }],
    ['a middle that is none', { ...figure, best: 3, bestIs: 'middle' }],
    ['a number below 0', { ...figure, low: -1 }],
    ['a share above 1', { ...figure, unit: 'share' }],
    ['an unknown unit', { ...figure, unit: 'euro' }],
  ])('%s', (_, wrong) => {
    expect(figureSchema.safeParse(wrong).success).toBe(false);
  });
});
