import { isDeepStrictEqual } from 'node:util';
import { envelopeSchema } from '../../events/envelope.ts';
import { isObject, jsonPath, type MusterEvent } from '../../events/event.ts';
import { CORRECTED } from '../../events/types/correction.ts';

/** Where two events say something else. */
export interface Difference {
  /** `time`, `reliability`, `data.killed` */
  readonly path: string;
  /** Undefined where nothing is said. */
  readonly there: unknown;
  readonly here: unknown;
  /** What an `event.corrected` changes it with; null where none can. */
  readonly remedy: 'time' | 'data' | 'attributes' | null;
}

/** Identity, form and place; what is compared by itself; what the log makes of an event. */
const NOT_COMPARED = new Set([
  'specversion',
  'id',
  'source',
  'theatre',
  'timeline',
  'schemaversion',
  'recordedtime',
  'recordedby',
]);
const BY_ITSELF = new Set(['type', 'subject', 'time', 'observedtime']);
const ATTRIBUTES = Object.keys(envelopeSchema.shape).filter(
  (name) => !NOT_COMPARED.has(name) && !BY_ITSELF.has(name),
);
const DEFAULTS: Readonly<Record<string, unknown>> = { timeprecision: 'day', claim: 'fact' };

/**
 * What an event of a script says otherwise than the log. `logged` is the event as it was logged, `there` as it counts
 * by now: the same, unless it was corrected.
 */
export function differences(logged: MusterEvent, there: MusterEvent, here: MusterEvent): Difference[] {
  const found: Difference[] = [];
  const compare = (path: string, remedy: Difference['remedy'], one: unknown, other: unknown) => {
    if (one !== other) found.push({ path, there: one, here: other, remedy });
  };
  compare('type', null, there.type, here.type);
  compare('subject', null, there.subject ?? undefined, here.subject ?? undefined);
  if (there.timeMs !== here.timeMs) compare('time', 'time', there.envelope.time, here.envelope.time);
  // Left out, it is the time as logged, so a corrected time alone makes none of it.
  const isObservedGiven = (logged.envelope.observedtime ?? here.envelope.observedtime) !== undefined;
  if (isObservedGiven && there.observedMs !== here.observedMs) {
    compare('observedtime', 'attributes', observed(there), observed(here));
  }
  const said = ({ envelope }: MusterEvent, name: string): unknown =>
    Reflect.get(envelope, name) ?? DEFAULTS[name];
  for (const name of ATTRIBUTES) {
    const other = said(here, name);
    // A correction gives an attribute anew; none takes one away.
    const isCorrectable = CORRECTED.has(name) && other !== undefined;
    compare(name, isCorrectable ? 'attributes' : null, said(there, name), other);
  }
  for (const { path, one, other } of leaves(['data'], there.data, here.data)) {
    found.push({ path: jsonPath(path).slice(2), there: one, here: other, remedy: 'data' });
  }
  return found;
}

function observed({ envelope }: MusterEvent): string {
  return envelope.observedtime ?? envelope.time;
}

function* leaves(
  path: readonly PropertyKey[],
  one: unknown,
  other: unknown,
): Generator<{ path: readonly PropertyKey[]; one: unknown; other: unknown }> {
  const isBranch = isObject(one) && isObject(other) && !('best' in one);
  if (isBranch) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      yield* leaves([...path, key], one[key], other[key]);
    }
  } else if (!isDeepStrictEqual(one, other)) yield { path, one, other };
}
