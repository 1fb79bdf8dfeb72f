import { expect, test } from 'vitest';
import { restMs } from '../../../src/service/outputs/rest.ts';

test('the rest after a write grows with what it took, but not with an outage', () => {
  expect(restMs(0)).toBe(0);
  expect(restMs(5)).toBe(20);
  expect(restMs(30_000)).toBe(500);
});
