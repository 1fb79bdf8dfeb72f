import type { Kind } from './transcription.ts';

/** Values that a key of some kind takes, and values that it refuses. */
export interface Samples {
  readonly good: readonly unknown[];
  /** `below` is the path of the fault inside the value. */
  readonly bad: readonly { readonly value: unknown; readonly below?: readonly (string | number)[] }[];
}

const bad = (...values: readonly unknown[]) => values.map((value) => ({ value }));

const NO_TEXT = bad('', 5, true, null, [], {});
const NO_NUMBER = bad('5', true, null, [], {});
const NO_PERSONS = bad(-1, 0.5, 10_000_001, 1e300, ...NO_NUMBER.map(({ value }) => value));

const NO_ESTIMATE = bad(
  -1,
  0.5,
  10_000_001,
  '5',
  '',
  true,
  null,
  [],
  [1, 2, 3],
  {},
  { best: 5 },
  { low: 1, best: 2 },
  { low: 3, best: 2, high: 4 },
  { low: 1, best: 5, high: 4 },
  { low: -1, best: 2, high: 3 },
  { low: 1, best: 2.5, high: 3 },
  { low: 1, best: 2, high: 10_000_001 },
  { low: '1', best: 2, high: 3 },
  { low: 1, best: 2, high: 3, mean: 2 },
  { low: null, best: 2, high: 3 },
);

const PRESENT = [1, 10_000_000, { low: 0, best: 1, high: 1 }, { low: 0, best: 1, high: 10_000_000 }];

/** The samples of every kind but lists and objects. */
const simple: Readonly<Record<Exclude<Kind, object>, Samples>> = {
  text: { good: ['x', ' ', '北', 'a'.repeat(5000)], bad: NO_TEXT },
  texts: {
    good: [[], ['x'], ['x', 'y', 'x']],
    bad: [
      ...bad('x', '', null, {}, 5),
      ...[[''], ['x', '']].map((value) => ({ value, below: [value.length - 1] })),
      { value: ['x', 5], below: [1] },
      { value: [null], below: [0] },
    ],
  },
  boolean: { good: [true, false], bad: bad('true', '', 0, 1, null, [], {}) },
  amount: { good: [0, 0.5, 1e12], bad: [...bad(-1, -0.001), ...NO_NUMBER] },
  persons: { good: [1, 10_000_000], bad: NO_PERSONS },
  estimate: { good: [0, { low: 0, best: 0, high: 0 }, ...PRESENT], bad: NO_ESTIMATE },
  present: {
    good: PRESENT,
    bad: [...NO_ESTIMATE, ...bad(0, { low: 0, best: 0, high: 0 }, { low: 0, best: 0, high: 9 })],
  },
  share: { good: [0, 0.5, 1], bad: [...bad(-0.01, 1.01, 75), ...NO_NUMBER] },
  dollars: {
    good: [0, 1, Number.MAX_SAFE_INTEGER],
    bad: [...bad(-1, 0.5, Number.MAX_SAFE_INTEGER + 1), ...NO_NUMBER],
  },
  'zero-to-three': { good: [0, 1, 2, 3], bad: [...bad(-1, 4, 1.5), ...NO_NUMBER] },
  'contingent-id': {
    good: ['a', '0', 'storm-corps', 'a-', 'a'.repeat(63), 'theatre-2'],
    bad: [...bad('-a', 'A', 'a_b', 'a.b', 'a b', 'ä', 'a\n', 'a'.repeat(64), 'theatre'), ...NO_TEXT],
  },
  instant: {
    good: ['2025-03-01T00:00:00Z', '2025-03-01t00:00:00.123456+09:00'],
    bad: [...bad('2025-03-01', '2025-03-01T00:00:60Z', 'yesterday', 1_700_000_000), ...NO_TEXT],
  },
  'any-text': { good: ['x', '', ' '], bad: bad(5, true, null, [], {}) },
  'content-hash': {
    good: [`sha256:${'0123456789abcdef'.repeat(4)}`],
    bad: [
      ...bad('0f'.repeat(32), `sha256:${'0F'.repeat(32)}`, `sha256:${'0'.repeat(63)}`),
      ...bad(`sha256:${'0'.repeat(65)}`, `md5:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}\n`),
      ...NO_TEXT,
    ],
  },
  'one-to-six': { good: [1, 2, 3, 4, 5, 6], bad: [...bad(0, 7, 1.5), ...NO_NUMBER] },
  'any-object': { good: [{}, { anything: 'goes' }], bad: bad('x', '', 5, true, null, [], ['x']) },
};

/** What a key of a kind takes and refuses. */
export function samplesOf(kind: Kind): Samples {
  if (typeof kind === 'string') return simple[kind];
  if ('oneOf' in kind) {
    const cased = kind.oneOf.map(swapCase);
    return { good: kind.oneOf, bad: [...bad('none-of-these', ...cased), ...NO_TEXT] };
  }
  const { required = {}, optional = {}, isNeverEmpty = false } = kind;
  const keys = { ...required, ...optional };
  const whole = Object.fromEntries(Object.entries(keys).map(([key, inner]) => [key, firstGood(inner)]));
  const needed = isNeverEmpty ? Object.keys(optional).slice(0, 1) : Object.keys(required);
  const least = Object.fromEntries(needed.map((key) => [key, whole[key]]));
  return {
    good: [
      whole,
      least,
      ...Object.entries(keys).flatMap(([key, inner]) =>
        samplesOf(inner).good.map((value) => ({ ...whole, [key]: value })),
      ),
    ],
    bad: [
      ...bad('x', 5, true, null, []),
      ...(isNeverEmpty ? bad({}) : []),
      ...Object.keys(required).map((key) => ({ value: without(whole, key), below: [key] })),
      { value: { ...whole, unheardof: 1 } },
      { value: JSON.parse(JSON.stringify(whole).replace('{', '{"__proto__":{"a":1},')) },
      { value: { ...whole, constructor: { prototype: 1 } } },
      ...Object.entries(keys).flatMap(([key, inner]) =>
        samplesOf(inner).bad.map(({ value, below = [] }) => ({
          value: { ...whole, [key]: value },
          below: [key, ...below],
        })),
      ),
    ],
  };
}

export function firstGood(kind: Kind): unknown {
  return samplesOf(kind).good[0];
}

export function without(object: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** A text in the other case. */
export function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return text === upper ? text.toLowerCase() : upper;
}
