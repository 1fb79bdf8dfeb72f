import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, type Estimate, NOBODY, subtract, subtractCount } from '../../events/estimate.ts';

const counts = fc.nat(20_000);
const estimates: fc.Arbitrary<Estimate> = fc
  .tuple(counts, counts, counts)
  .map(([low, more, most]) => ({ low, best: low + more, high: low + more + most }));

const isOrdered = ({ low, best, high }: Estimate) => 0 <= low && low <= best && best <= high;

describe('the arithmetic of estimates', () => {
  test('a sum is taken component by component', () => {
    expect(add({ low: 1, best: 2, high: 4 }, { low: 10, best: 20, high: 40 })).toEqual({
      low: 11,
      best: 22,
      high: 44,
    });
  });

  test('a part taken out widens what is left', () => {
    expect(subtract({ low: 900, best: 1000, high: 1100 }, { low: 80, best: 100, high: 130 })).toEqual({
      low: 770,
      best: 900,
      high: 1020,
    });
  });

  test('no fewer than nobody is left', () => {
    expect(subtract({ low: 10, best: 100, high: 100 }, { low: 1, best: 50, high: 60 }).low).toBe(0);
    expect(subtractCount({ low: 10, best: 100, high: 100 }, 50)).toEqual({ low: 0, best: 50, high: 50 });
  });

  test('an exact count comes off all three', () => {
    expect(subtractCount({ low: 90, best: 100, high: 120 }, 7)).toEqual({ low: 83, best: 93, high: 113 });
  });

  test('nobody added or taken out changes nothing', () => {
    fc.assert(
      fc.property(estimates, (whole) => {
        expect(add(whole, NOBODY)).toEqual(whole);
        expect(add(NOBODY, whole)).toEqual(whole);
        expect(subtract(whole, NOBODY)).toEqual(whole);
        expect(subtractCount(whole, 0)).toEqual(whole);
      }),
    );
  });

  test('a sum does not depend on the order', () => {
    fc.assert(
      fc.property(estimates, estimates, estimates, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
      }),
    );
  });

  test('low ≤ best ≤ high survives sums, parts and losses that do not exceed best', () => {
    fc.assert(
      fc.property(estimates, estimates, counts, (a, b, count) => {
        expect(isOrdered(add(a, b))).toBe(true);
        if (b.best <= a.best) expect(isOrdered(subtract(a, b))).toBe(true);
        if (count <= a.best) expect(isOrdered(subtractCount(a, count))).toBe(true);
      }),
    );
  });

  test('the part and the rest make the whole on best, and cover it in their ranges', () => {
    fc.assert(
      fc.property(estimates, estimates, (whole, part) => {
        const rest = subtract(whole, part);
        const again = add(rest, part);
        expect(again.best).toBe(whole.best);
        expect(again.low).toBeLessThanOrEqual(Math.max(whole.low, part.low));
        expect(again.high).toBeGreaterThanOrEqual(whole.high);
      }),
    );
  });

  test('an exact count is the same as an estimate without doubt', () => {
    fc.assert(
      fc.property(estimates, counts, (whole, n) => {
        expect(subtractCount(whole, n)).toEqual(subtract(whole, { low: n, best: n, high: n }));
      }),
    );
  });
});
