import { distance } from 'fastest-levenshtein';
import { envelopeSchema } from './envelope.ts';

/** Attributes that have a meaning and that the envelope's schema leaves alone. */
const OTHERS = ['data', 'musterroll', 'datacontenttype', 'dataschema', 'traceparent', 'tracestate'];

/** Attributes that an event has in any case, or gets from the log: who wrote another name did not mean these. */
const NEVER_MEANT = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'basis',
  'recordedtime',
  'recordedby',
  'musterroll',
]);

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(envelopeSchema.shape), ...OTHERS]);
const MEANT = Object.keys(envelopeSchema.shape).filter((name) => !NEVER_MEANT.has(name));

/** So many letters may differ: in a long name two slips are likelier than another word. */
const slips = (name: string): number => (name.length > 8 ? 2 : 1);

/** An attribute that counts for nothing, and the one that was probably meant. */
export interface MisspeltName {
  readonly name: string;
  readonly meant: string;
}

/** Of the names of an event's attributes, those that are none of DOMAIN 5 but near one: probably slips. */
export function likelyMisspelt(names: Iterable<string>): readonly MisspeltName[] {
  const found: MisspeltName[] = [];
  for (const name of names) {
    const meant = KNOWN.has(name) ? undefined : meantBy(name);
    if (meant !== undefined) found.push({ name, meant });
  }
  return found;
}

/** A misspelt name as it is told to whoever wrote it. */
export function misspelling({ name, meant }: MisspeltName): string {
  return `${name} is ignored; did you mean ${meant}?`;
}

function meantBy(name: string): string | undefined {
  let best: string | undefined;
  let least = slips(name) + 1;
  for (const known of MEANT) {
    if (Math.abs(known.length - name.length) >= least) continue;
    const found = isSwap(name, known) ? 1 : distance(name, known);
    if (found < least) [best, least] = [known, found];
  }
  return best;
}

/** Whether two texts differ in two neighbouring letters that changed places, which is one slip and not two. */
function isSwap(one: string, other: string): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return (
    one.length === other.length &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  );
}
