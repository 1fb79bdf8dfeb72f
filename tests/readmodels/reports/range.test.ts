import { describe, expect, test } from 'vitest';
import { difference, exactly, ratio } from '../../../src/readmodels/reports/range.ts';

describe('a ratio', () => {
  test('is range over range: most where the measure is least', () => {
    expect(ratio({ low: 10, best: 20, high: 40 }, { low: 2, best: 4, high: 5 })).toEqual({
      low: 2,
      best: 5,
      high: 20,
    });
  });

  test('has no bound where a bound is unknown or divided by nothing', () => {
    expect(ratio({ low: 10, best: null, high: 40 }, { low: 0, best: 4, high: 5 })).toEqual({
      low: 2,
      best: null,
      high: null,
    });
    expect(ratio(exactly(1), exactly(0))).toBeNull();
  });
});

test('a difference is as wide as both, and can be below 0', () => {
  expect(difference({ low: 1, best: 2, high: 3 }, { low: 2, best: 4, high: 8 })).toEqual({
    low: -7,
    best: -2,
    high: 1,
  });
});
