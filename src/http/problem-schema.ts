import { z } from 'zod';
import { named } from './named-schemas.ts';
import { refusal, seq, unloggedRefusal } from './roll-schemas.ts';
import { outcome } from './submission-schemas.ts';

export const problemDocument = named(
  'Problem',
  'A problem document (RFC 9457)',
  z.strictObject({
    type: z.string().meta({ description: 'urn:problem-type:muster: and the kind of problem' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong here, and what to do about it' }),
    errors: z
      .array(
        z.strictObject({ in: z.enum(['path', 'query', 'header']), name: z.string(), detail: z.string() }),
      )
      .optional()
      .meta({ description: 'The places in the request that do not fit' }),
    refusal: z.union([unloggedRefusal, refusal]).optional(),
    seq: seq.nullable().optional().meta({ description: 'Where the event is in the log; null if it is not' }),
    outcome: outcome.optional(),
  }),
);

export type ProblemDocument = z.output<typeof problemDocument>;
