import { expect, test } from 'vitest';
import { LiveEntries } from '../../src/log/jetstream/live-entries.ts';

const entry = (cursor: number, bytes = 1) => ({
  cursor,
  recordedTime: '2025-01-01T00:00:00.000Z',
  bytes: new Uint8Array(bytes),
});
const never = new AbortController().signal;

test('a reader gets the entries of its roll after its place, and each as it comes', async () => {
  const live = new LiveEntries();
  live.join('a.b');
  for (const cursor of [3, 5]) live.put('a.b', entry(cursor));
  live.put('c.d', entry(6));
  const reader = live.after('a.b', 3, never);
  expect((await reader.next()).value?.cursor).toBe(5);
  const coming = reader.next();
  live.put('a.b', entry(9));
  expect((await coming).value?.cursor).toBe(9);
  await reader.return(undefined);
});

test('what comes late, and was read from the stream before, is given to nobody again', async () => {
  const live = new LiveEntries();
  live.join('a.b');
  const reader = live.after('a.b', 5, never);
  const coming = reader.next();
  for (const cursor of [3, 5, 8]) live.put('a.b', entry(cursor));
  expect((await coming).value?.cursor).toBe(8);
  const other = live.after('a.b', 4, never);
  expect((await other.next()).value?.cursor).toBe(5);
  await Promise.all([reader.return(undefined), other.return(undefined)]);
});

test('a slow reader is sent back to the stream, others go on, and no more is kept than allowed', async () => {
  const live = new LiveEntries(4_000);
  live.join('slow.roll');
  live.join('quick.roll');
  const slow = live.after('slow.roll', 0, never);
  const quick = live.after('quick.roll', 0, never);
  live.put('slow.roll', entry(1, 1_000));
  expect((await slow.next()).value?.cursor).toBe(1);
  live.put('slow.roll', entry(2, 1_000));
  for (let cursor = 3; cursor < 20; cursor++) {
    const coming = quick.next();
    live.put('quick.roll', entry(cursor, 1_000));
    expect((await coming).value?.cursor).toBe(cursor);
  }
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  expect((await live.after('slow.roll', 1, never).next()).done).toBe(true); // 2 is not here any more
  live.put('slow.roll', entry(20));
  expect((await live.after('slow.roll', 2, never).next()).value?.cursor).toBe(20);
});

test('readers are told when no entry can come any more, after those that came', async () => {
  const live = new LiveEntries();
  live.join('a.b');
  live.put('a.b', entry(1));
  const reader = live.after('a.b', 0, never);
  expect((await reader.next()).value?.cursor).toBe(1);
  const waiting = reader.next();
  live.fail(new Error('closed'));
  await expect(waiting).rejects.toThrow('followed no longer');
});
