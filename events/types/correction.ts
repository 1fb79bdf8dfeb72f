import { z } from 'zod';
import { define } from '../definition.ts';
import { instantSchema } from '../time.ts';
import { text } from '../vocabulary.ts';

const target = z.strictObject({ source: text, id: text });

/** The whole new payload, judged by the type of the target once that is known. */
const newData = z.record(z.string(), z.unknown());

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
    'An earlier event happened at another time or with another payload',
    z
      .strictObject({
        target,
        reason: text,
        time: instantSchema.optional(),
        data: newData.optional(),
      })
      .refine(({ time, data }) => time !== undefined || data !== undefined, {
        message: 'expected at least one of time, data',
      }),
  ),
] as const;
