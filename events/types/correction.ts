import { z } from 'zod';
import { define, type UnknownKey } from '../definition.ts';
import { envelopeSchema } from '../envelope.ts';
import { instantSchema } from '../time.ts';
import { text } from '../vocabulary.ts';

const target = z.strictObject({ source: text, id: text });

/** The whole new payload, judged by the type of the target once that is known. */
const newData = z.record(z.string(), z.unknown());

const envelope = envelopeSchema.shape;

/**
 * What is said anew of who said it, when and how far they are believed. None can be taken away, so what is reported
 * stays rated.
 */
const newAttributes = z
  .strictObject({
    observedtime: envelope.observedtime,
    timeprecision: envelope.timeprecision,
    reliability: envelope.reliability,
    credibility: envelope.credibility,
    reporter: envelope.reporter,
    reporterkind: envelope.reporterkind,
    reporturl: envelope.reporturl,
    archivedurl: envelope.archivedurl,
    contenthash: envelope.contenthash,
    claim: envelope.claim,
    note: envelope.note,
  })
  .refine((attributes) => Object.values(attributes).some((value) => value !== undefined), {
    message: 'expected at least one attribute',
  });

/** The attributes that a correction gives anew. */
export const CORRECTED: ReadonlySet<string> = new Set(Object.keys(newAttributes.shape));

/** What an event keeps whatever is said of it later, by the names that people give it. */
const KEPT: ReadonlySet<string> = new Set([
  'subject',
  'contingent',
  'unit',
  'type',
  'basis',
  'source',
  'id',
  'theatre',
  'timeline',
]);

/** What an event gets anew. */
const PARTS: ReadonlySet<string> = new Set(['time', 'data', 'attributes']);

/** The way to what somebody wanted who wrote a key that is not taken in a correction, or in the payload it brings. */
export const wayToCorrect: UnknownKey = (path, key) => {
  const [part] = path;
  if (part === 'target' || path.length > 1) return null;
  if (CORRECTED.has(key)) return 'such attributes go under "attributes" of the correction';
  if (KEPT.has(key)) {
    return `no correction changes the ${key} of an event: retract it (event.retracted) and enter it anew under another id`;
  }
  return part !== undefined && PARTS.has(key) ? `it belongs beside "${String(part)}"` : null;
};

/** Facts about earlier events: the log keeps both, the roll is judged afresh (DOMAIN 6). */
export const correctionEvents = [
  define(
    'event.retracted',
    'correction',
    'none',
    'An earlier event is void, as if it had never been there',
    z.strictObject({ target, reason: text }),
  ),
  define(
    'event.corrected',
    'correction',
    'none',
    'An earlier event happened at another time, with another payload, or was said otherwise (reporter, rating …)',
    z
      .strictObject({
        target,
        reason: text,
        time: instantSchema.optional(),
        data: newData.optional(),
        attributes: newAttributes.optional(),
      })
      .refine(
        ({ time, data, attributes }) => time !== undefined || data !== undefined || attributes !== undefined,
        { message: 'expected at least one of time, data, attributes' },
      ),
    wayToCorrect,
  ),
  define(
    'event.reinstated',
    'correction',
    'none',
    'An earlier event counts as it was logged: what was corrected or retracted of it counts no more',
    z.strictObject({ target, reason: text }),
  ),
] as const;
