import { expect, test } from 'vitest';
import { LiveEntries } from '../../src/log/jetstream/live-entries.ts';

const entry = (cursor: number, bytes = 1) => ({
  cursor,
  recordedTime: '2025-01-01T00:00:00.000Z',
  bytes: new Uint8Array(bytes),
  publishedFor: 'theatre',
});
const never = new AbortController().signal;

test('a reader gets the entries of its roll after its place, and each as it comes', async () => {
  const live = new LiveEntries();
  const joined = live.join('a.b');
  for (const cursor of [3, 5]) live.put('a.b', entry(cursor));
  live.put('c.d', entry(6));
  const reader = joined.after(3, never);
  expect((await reader.next()).value?.cursor).toBe(5);
  const coming = reader.next();
  live.put('a.b', entry(9));
  expect((await coming).value?.cursor).toBe(9);
  await reader.return(undefined);
});

test('what comes late, and was read from the stream before, is given to nobody again', async () => {
  const live = new LiveEntries();
  const [one, another] = [live.join('a.b'), live.join('a.b')];
  const reader = one.after(5, never);
  const coming = reader.next();
  for (const cursor of [3, 5, 8]) live.put('a.b', entry(cursor));
  expect((await coming).value?.cursor).toBe(8);
  const other = another.after(4, never);
  expect((await other.next()).value?.cursor).toBe(5);
  await Promise.all([reader.return(undefined), other.return(undefined)]);
});

test('a slow reader is sent back to the stream, others go on, and no more is kept than allowed', async () => {
  const live = new LiveEntries(4_000);
  const slowly = live.join('slow.roll');
  const slow = slowly.after(0, never);
  const quick = live.join('quick.roll').after(0, never);
  live.put('slow.roll', entry(1, 1_000));
  expect((await slow.next()).value?.cursor).toBe(1);
  live.put('slow.roll', entry(2, 1_000));
  // What the quick one has taken makes room: it is the slow one that goes.
  for (let cursor = 21; cursor < 24; cursor++) live.put('slow.roll', entry(cursor, 1_000));
  for (let cursor = 24; cursor < 40; cursor++) {
    const coming = quick.next();
    live.put('quick.roll', entry(cursor, 1_000));
    expect((await coming).value?.cursor).toBe(cursor);
  }
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  expect((await slowly.after(22, never).next()).done).toBe(true); // 23 is not here any more
  live.put('slow.roll', entry(40));
  expect((await slowly.after(23, never).next()).value?.cursor).toBe(40);
});

test('readers are told when no entry can come any more, after those that came', async () => {
  const live = new LiveEntries();
  const joined = live.join('a.b');
  live.put('a.b', entry(1));
  const reader = joined.after(0, never);
  expect((await reader.next()).value?.cursor).toBe(1);
  const waiting = reader.next();
  live.fail(new Error('closed'));
  await expect(waiting).rejects.toThrow('followed no longer');
});

test('what all readers of a roll have taken is kept no more, and what came before one joined never was for it', async () => {
  // Room for two, of which a third makes one drop all.
  const live = new LiveEntries(2_500);
  const first = live.join('a.b').after(0, never);
  for (let cursor = 1; cursor <= 10; cursor++) {
    live.put('a.b', entry(cursor, 1_000));
    expect((await first.next()).value?.cursor).toBe(cursor);
  }
  const late = live.join('a.b');
  live.put('a.b', entry(11, 1_000));
  expect((await first.next()).value?.cursor).toBe(11);
  const second = late.after(10, never);
  expect((await second.next()).value?.cursor).toBe(11);
  late.leave();
  for (let cursor = 12; cursor <= 20; cursor++) {
    live.put('a.b', entry(cursor, 1_000));
    expect((await first.next()).value?.cursor).toBe(cursor);
  }
});
