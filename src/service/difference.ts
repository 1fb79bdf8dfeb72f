import { jsonPath } from '../../events/event.ts';

/** Where two values differ first, in the order in which the expected one is written. */
export interface Discrepancy {
  /** As people write it: `$.pathways.deployed.best`; the entries of a map go by their keys. */
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Compares plain data, maps and arrays deeply; maps in their order too. Null if they are the same. */
export function firstDiscrepancy(expected: unknown, found: unknown): Discrepancy | null {
  return compare(expected, found, []);
}

function compare(expected: unknown, found: unknown, path: readonly PropertyKey[]): Discrepancy | null {
  const differs = { path: jsonPath(path), expected, found };
  const [ours, theirs] = [partsOf(expected), partsOf(found)];
  if (ours === null || theirs === null) {
    const isSame = ours === theirs && (expected === found || (Number.isNaN(expected) && Number.isNaN(found)));
    return isSame ? null : differs;
  }
  if (ours.kind !== theirs.kind) return differs;
  const rest = theirs.parts[Symbol.iterator]();
  for (const [key, value] of ours.parts) {
    const { value: part, done } = rest.next();
    const at = [...path, key];
    if (done) return { path: jsonPath(at), expected: value, found: undefined };
    if (part[0] !== key)
      return { path: jsonPath(path), expected: `${String(key)} next`, found: `${String(part[0])} next` };
    const inside = compare(value, part[1], at);
    if (inside !== null) return inside;
  }
  const extra = rest.next();
  if (extra.done) return null;
  const [key, value] = extra.value;
  return { path: jsonPath([...path, key]), expected: undefined, found: value };
}

interface Parts {
  readonly kind: 'array' | 'map' | 'object';
  readonly parts: Iterable<readonly [PropertyKey, unknown]>;
}

/** The parts of what has any, objects' by name: in which order they came to be is no part of what they say. */
function partsOf(value: unknown): Parts | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return { kind: 'array', parts: value.entries() };
  if (value instanceof Map) return { kind: 'map', parts: keyed(value) };
  return { kind: 'object', parts: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function* keyed(map: ReadonlyMap<unknown, unknown>): Generator<readonly [PropertyKey, unknown]> {
  for (const [key, value] of map) yield [typeof key === 'number' ? key : String(key), value];
}
