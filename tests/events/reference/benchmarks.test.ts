import { expect, test } from 'vitest';
import { type Stream, streamRange } from '../../../events/reference/benchmarks.ts';

type Money = Stream['figures'][number];

const figure = (id: string, year: string, value: number, more: Partial<Money> = {}): Money => ({
  id,
  what: id,
  measure: 'taken',
  unit: 'usd-per-year',
  low: value,
  best: value,
  high: value,
  bestIs: 'stated',
  period: { from: year, to: year },
  citations: [{ source: 'a-source', quote: id }],
  ...more,
});
const stream = (...figures: Money[]): Stream => ({
  id: 'a-stream',
  name: 'A stream',
  measure: 'taken',
  unit: 'usd-per-year',
  statements: ['S66'],
  figures,
});

test('the range spans all figures, and best is that of the latest', () => {
  const range = streamRange(
    stream(figure('newest', '2025', 50), figure('oldest', '2010', 90), figure('old', '2020', 10)),
  );
  expect(range).toEqual({ low: 10, best: 50, high: 90, bestFrom: 'newest' });
});

test('of two that end together the later in the list is best', () => {
  expect(streamRange(stream(figure('first', '2025', 1), figure('second', '2025', 2)))?.bestFrom).toBe(
    'second',
  );
});

test('a year ends after each of its months', () => {
  const months = figure('month', '2025', 1, { period: { from: '2025-01', to: '2025-11' } });
  expect(streamRange(stream(figure('year', '2025', 2), months))?.bestFrom).toBe('year');
});

test('dollars over a period count per year, both ends included', () => {
  const sum = {
    unit: 'usd',
    low: 30,
    best: 60,
    high: 90,
    period: { from: '2022-02', to: '2024-07-31' },
  } as const;
  expect(streamRange(stream(figure('sum', '2024', 0, sum)))).toEqual({
    low: 12,
    best: 24,
    high: 36,
    bestFrom: 'sum',
  });
});

test('what is measured otherwise is left out', () => {
  const share = figure('share', '2025', 0.9, { unit: 'share' });
  const kept = figure('kept', '2025', 5, { measure: 'kept' });
  expect(streamRange(stream(figure('own', '2024', 7), share, kept))?.bestFrom).toBe('own');
});

test('a stream without a figure of its own has no range', () => {
  expect(streamRange(stream())).toBeNull();
  expect(streamRange(stream(figure('kept', '2025', 5, { measure: 'kept' })))).toBeNull();
});
