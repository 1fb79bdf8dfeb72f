import { expect, test } from 'vitest';
import { Recent } from '../../src/service/recent.ts';

const placesOf = (recent: Recent<string>) =>
  Array.from({ length: recent.end + 1 }, (_, place) => place).filter(
    (place) => recent.at(place) !== undefined,
  );

test('it keeps so many, each at its place', () => {
  const recent = new Recent<string>({ items: 2, bytes: 1_000 }, 7);
  expect([recent.first, recent.end, recent.at(7)]).toEqual([7, 7, undefined]);
  expect(['seven', 'eight', 'nine', 'ten'].map((item) => recent.put(item, 1))).toEqual([
    undefined,
    undefined,
    'seven',
    'eight',
  ]);
  expect([recent.first, recent.end]).toEqual([9, 11]);
  expect([8, 9, 10, 11].map((place) => recent.at(place))).toEqual([undefined, 'nine', 'ten', undefined]);
});

test('it keeps so many bytes, and has room again when large ones are gone', () => {
  const recent = new Recent<string>({ items: 10, bytes: 100 }, 0);
  for (const [item, bytes] of [
    ['a', 40],
    ['b', 60],
    ['c', 1],
  ] as const)
    recent.put(item, bytes);
  expect(placesOf(recent)).toEqual([1, 2]);
  expect(recent.put('d', 99)).toBe('b');
  expect(placesOf(recent)).toEqual([2, 3]);
  recent.put('e', 2);
  for (const item of ['f', 'g']) recent.put(item, 49);
  expect(placesOf(recent)).toEqual([4, 5, 6]);
});

test('it keeps the newest however large it is', () => {
  const recent = new Recent<string>({ items: 10, bytes: 100 }, 0);
  for (const item of ['a', 'b']) recent.put(item, 1);
  expect(recent.put('large', 1_000)).toBe('b');
  expect(placesOf(recent)).toEqual([2]);
  expect(recent.put('small', 1)).toBe('large');
  expect(placesOf(recent)).toEqual([3]);
});

test('what is forgotten leaves its place to nobody and its bytes to others', () => {
  const recent = new Recent<string>({ items: 10, bytes: 100 }, 0);
  for (const item of ['a', 'b', 'c']) recent.put(item, 30);
  recent.forget(1);
  expect([recent.first, recent.end]).toEqual([0, 3]);
  expect(placesOf(recent)).toEqual([0, 2]);
  recent.put('d', 30);
  expect(placesOf(recent)).toEqual([0, 2, 3]);
  expect(recent.from(0, { items: 3, bytes: 1_000 })).toEqual({ items: ['a', 'c'], next: 3 });
  expect(recent.from(1, { items: 9, bytes: 60 })).toEqual({ items: ['c', 'd'], next: 4 });
  expect(recent.from(1, { items: 9, bytes: 1 })).toEqual({ items: ['c'], next: 3 });
});

test('it stays as large as it may be, however many come and are forgotten', () => {
  const recent = new Recent<string>({ items: 5, bytes: 1_000 }, 0);
  for (let place = 0; place < 1_000; place++) {
    recent.forget(place - 1);
    recent.put('next', 1);
  }
  expect([recent.first, recent.end]).toEqual([995, 1_000]);
  expect(placesOf(recent)).toEqual([999]);
});
