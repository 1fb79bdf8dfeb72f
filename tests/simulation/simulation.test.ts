import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const silently = (seed: number, schedules: number) => ({ seed, schedules, log: () => {} });

test('whatever crashes, stands still, gets lost or comes late: no verdict is wrong, no output missing or twice', async () => {
  const { faults, acknowledged, crashes, pauses } = await simulate(silently(1, 200));
  expect(faults).toEqual([]);
  expect(Math.min(acknowledged, crashes, pauses)).toBeGreaterThan(50);
});

test('the same seed gives the same course of events, another seed another', async () => {
  const first = await simulate(silently(7, 15));
  expect((await simulate(silently(7, 15))).digest).toBe(first.digest);
  expect((await simulate(silently(8, 15))).digest).not.toBe(first.digest);
});

test.each([
  ['no-fence', 'repeat'],
  ['ack-before-append', 'loss'],
] as const)(
  'a planted bug, %s, is found within 100 schedules, and its seed alone shows it again',
  async (planted, kind) => {
    const found = await simulate({ ...silently(1, 100), planted });
    expect(found.faults.map((fault) => fault.kind)).toContain(kind);
    const [{ seed } = { seed: 0 }] = found.faults;
    const again = await simulate({ ...silently(seed, 1), planted });
    expect(again.faults).toEqual(found.faults);
  },
);
