import { z } from 'zod';
import { define } from '../definition.ts';
import { personsSchema, presentSchema } from '../estimate.ts';
import { text } from '../vocabulary.ts';

const count = personsSchema.optional();

/** Facts that change how many stand in a contingent (DOMAIN 3). */
export const strengthEvents = [
  define(
    'casualty.recorded',
    'contingent',
    'required',
    'Losses booked: the increment of the one series that the analyst adopts',
    z
      .strictObject({ killed: count, missing: count, wounded: count })
      .refine(({ killed = 0, missing = 0, wounded = 0 }) => killed + missing + wounded > 0, {
        message: 'expected at least one of killed, missing, wounded above 0',
      }),
  ),
  define(
    'strength.reassessed',
    'contingent',
    'required',
    'The strength was estimated anew; the difference is unaccounted for',
    z.strictObject({ strength: presentSchema, reason: text }),
  ),
] as const;
