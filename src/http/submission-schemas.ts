import { z } from 'zod';
import { named } from './named-schemas.ts';
import {
  distributionDocument,
  refusal,
  seq,
  textOrNull,
  transitionDocument,
  unloggedRefusal,
} from './roll-schemas.ts';

const warnings = z.array(z.string()).meta({
  description:
    'What was accepted and is probably wrong, in words: a misspelt attribute, a date that cannot be; empty if nothing is',
});

export const accepted = named(
  'Accepted',
  'The event is in the log and the roll took it',
  z.strictObject({ kind: z.literal('accepted'), seq, transition: transitionDocument, warnings }),
);
export const duplicate = named(
  'Duplicate',
  'The event was in the log already',
  z.strictObject({
    kind: z.literal('duplicate'),
    seq,
    of: seq.meta({ description: 'The seq of the first one' }),
  }),
);
export const outcome = z
  .enum(['not-taken', 'unknown'])
  .meta({ description: 'Unknown: it may be in the log. Send it again unchanged; it will count once' });

export const submission = named(
  'Submission',
  'The answer to an event that was handed in',
  z.discriminatedUnion('kind', [
    accepted,
    duplicate,
    z.strictObject({ kind: z.literal('bad-form'), refusal: unloggedRefusal }),
    z.strictObject({ kind: z.literal('refused'), refusal: unloggedRefusal }),
    z.strictObject({
      kind: z.literal('overtaken'),
      seq: seq.nullable(),
      refusal: refusal.nullable(),
      message: z.string(),
    }),
    z.strictObject({ kind: z.literal('unavailable'), outcome, message: z.string() }),
  ]),
);

export const BATCH_KINDS = [
  'accepted',
  'duplicate',
  'bad-form',
  'refused',
  'overtaken',
  'unavailable',
  'not-tried',
] as const;

const batchItem = z.strictObject({
  index: z.int().min(0).meta({ description: 'Place of the event among those sent, from 0' }),
  line: z.int().min(1).nullable().meta({ description: 'Its line, from 1; null if it came in an array' }),
  status: z.int().meta({ description: 'The status that the event alone would have got' }),
  kind: z
    .enum(BATCH_KINDS)
    .meta({ description: 'not-tried: the log became unavailable at an earlier event' }),
  seq: seq.nullable().meta({ description: 'Where it is in the log; null if it is not' }),
  of: seq.nullable().meta({ description: 'For a duplicate, the seq of the first one' }),
  refusal: unloggedRefusal.nullable(),
  message: textOrNull,
  warnings,
});

export type BatchItem = z.output<typeof batchItem>;

const dryBatchItem = batchItem.extend({
  kind: z.enum(['accepted', 'duplicate', 'bad-form', 'refused']),
});

const compared = {
  dryRun: z.literal(true),
  before: distributionDocument.meta({ description: 'As the roll stands' }),
  after: distributionDocument.meta({ description: 'As it would stand' }),
};

export const dryRun = named(
  'DryRun',
  'What an event would come to; nothing was appended',
  z.strictObject({
    ...compared,
    kind: z.enum(['accepted', 'duplicate']),
    of: seq.nullable().meta({ description: 'For a duplicate, the seq of the first one' }),
    warnings,
  }),
);

export const dryBatch = named(
  'DryBatch',
  'What each event would come to, on what those before it would do; nothing was appended',
  z.strictObject({ ...compared, items: z.array(dryBatchItem) }),
);

export const batchAnswer = named(
  'BatchAnswer',
  'The verdict on each event, in the order in which they came',
  z.strictObject({ items: z.array(batchItem) }),
);
