import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/scenario/clock.ts';

test('sleeps longer than the longest timer of Node, until it is woken', async () => {
  const abort = new AbortController();
  let isAwake = false;
  const sleep = systemClock.sleep(2 ** 31, abort.signal).then(() => {
    isAwake = true;
  });
  await setTimeout(30);
  expect(isAwake).toBe(false);
  abort.abort();
  await sleep;
  expect(isAwake).toBe(true);
});

test('sleeps as long as it is told', async () => {
  const start = systemClock.now();
  await systemClock.sleep(20, new AbortController().signal);
  expect(systemClock.now() - start).toBeGreaterThanOrEqual(19);
});
