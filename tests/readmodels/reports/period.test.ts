import { describe, expect, test } from 'vitest';
import { parsePeriod, quartersOf, union } from '../../../src/readmodels/reports/period.ts';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const period = (from: string, to: string) => ({ fromMs: day(from), toMs: day(to) });

test.each([
  ['2028', '2028-01-01', '2029-01-01'],
  ['2028-H1', '2028-01-01', '2028-07-01'],
  ['2028-H2', '2028-07-01', '2029-01-01'],
  ['2028-Q1', '2028-01-01', '2028-04-01'],
  ['2028-Q4', '2028-10-01', '2029-01-01'],
  ['2028-02', '2028-02-01', '2028-03-01'],
  ['2028-12', '2028-12-01', '2029-01-01'],
  ['2028-07-01/2028-09-30', '2028-07-01', '2028-10-01'],
  ['2028-02-29/2028-02-29', '2028-02-29', '2028-03-01'],
])('%s is from %s to before %s', (text, from, to) => {
  expect(parsePeriod(text)).toEqual(period(from, to));
});

test.each([
  'summer 2028',
  '',
  '2028-Q5',
  '2028-H3',
  '2028-13',
  '2028-00',
  '2028-q1',
  '28',
  '2028-07-01',
  '2028-09-30/2028-07-01',
  '2027-02-29/2027-03-01',
  '2028-01-01/2028-01-02/2028-01-03',
  '2028-01/2028-02',
  '1900-01-01/2028-01-01',
  ' 2028',
])('%j is no period', (text) => {
  expect(parsePeriod(text)).toBeNull();
});

describe('the quarters of a period', () => {
  test('share its days', () => {
    // 1 of 3 days in March.
    expect(quartersOf(period('2028-03-31', '2028-04-03'))).toEqual([
      { quarter: '2028-Q1', share: 1 / 3 },
      { quarter: '2028-Q2', share: 2 / 3 },
    ]);
  });

  test('are one where it stays within one', () => {
    expect(quartersOf(period('2028-10-01', '2029-01-01'))).toEqual([{ quarter: '2028-Q4', share: 1 }]);
  });
});

test('a union has every day once', () => {
  expect(
    union([
      period('2028-06-01', '2028-07-01'),
      period('2028-01-01', '2028-04-01'),
      period('2028-02-01', '2028-03-01'),
      period('2028-04-01', '2028-05-01'),
    ]),
  ).toEqual([period('2028-01-01', '2028-05-01'), period('2028-06-01', '2028-07-01')]);
});
