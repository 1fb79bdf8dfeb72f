import { expect, test } from 'vitest';
import { clonerOf } from '../../../src/roll/cloner.ts';

const clone = clonerOf<object>({ a: 1, 'b-c': null, d: { e: [] } });

test.each<[string, object]>([
  ['with the keys of the sample', { a: 2, 'b-c': 'x', d: null }],
  ['with them in another order', { d: 1, 'b-c': 2, a: 3 }],
  ['with a key more', { a: 1, 'b-c': 2, d: 3, f: 4 }],
  ['with a key less', { a: 1, d: 3 }],
  ['with another key', { a: 1, 'b-c': 2, g: 3 }],
  ['with a key that has no value', { a: 1, 'b-c': undefined, d: 3 }],
  ['with a prototype of its own', Object.assign(Object.create({ h: 1 }), { a: 1, 'b-c': 2, d: 3 })],
  ['without keys', {}],
])('an object %s is copied as a spread copies it', (_, original) => {
  const copy = clone(original);
  expect(copy).not.toBe(original);
  expect(Object.entries(copy).toSorted()).toEqual(Object.entries({ ...original }).toSorted());
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

test.each<[string, object]>([
  ['a key that would set the prototype', JSON.parse('{"__proto__": 1, "a": 2}')],
  ['a symbol for a key', { [Symbol.for('key')]: 1, a: 2 }],
])('a sample with %s is spread', (_, sample) => {
  const copy = clonerOf(sample)(sample);
  expect(Reflect.ownKeys(copy)).toEqual(Reflect.ownKeys(sample));
});
