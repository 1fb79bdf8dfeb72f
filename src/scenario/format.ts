import { z } from 'zod';
import { envelopeSchema } from '../../events/envelope.ts';
import { contingentIdSchema, idSchema } from '../../events/ids.ts';
import { text } from '../../events/vocabulary.ts';
import { REFUSAL_CODES } from '../roll/outcome.ts';
import {
  DAY_OR_TIME,
  DAY_OR_TIME_PATTERN,
  isOn,
  ON_FORMS,
  ON_PATTERN,
  parseDayOrTime,
} from './script-time.ts';

const on = z.string(`expected ${ON_FORMS}`).refine(isOn, `expected ${ON_FORMS}`).meta({
  description: 'When it happened: a date (midnight UTC), an RFC 3339 time, or +19d after the event before',
  pattern: ON_PATTERN,
});

const dayOrTime = z
  .string(`expected ${DAY_OR_TIME}`)
  .refine((written) => parseDayOrTime(written) !== null, `expected ${DAY_OR_TIME}`)
  .meta({
    description: 'When it became known: a date (midnight UTC) or an RFC 3339 time',
    pattern: DAY_OR_TIME_PATTERN,
  });

const envelope = envelopeSchema.shape;

/** What a script may say about the source of an event: the rest of the envelope follows from the script. */
const attributes = {
  observedtime: dayOrTime.optional(),
  timeprecision: envelope.timeprecision,
  reporter: envelope.reporter,
  reporterkind: envelope.reporterkind,
  reporturl: envelope.reporturl,
  archivedurl: envelope.archivedurl,
  contenthash: envelope.contenthash,
  reliability: envelope.reliability,
  credibility: envelope.credibility,
  claim: envelope.claim,
  note: envelope.note,
  correlationid: envelope.correlationid,
  causationid: envelope.causationid,
};

const expectation = z
  .union([z.literal('accepted'), z.strictObject({ refused: z.enum(REFUSAL_CODES) })], {
    error: 'expected accepted, or { refused: <code> }',
  })
  .meta({
    description: 'What the roll must say when the event is appended; the player stops if it does not',
  });

const scriptEventSchema = z.strictObject({
  on,
  type: text.meta({ description: 'What happened: a type of the catalogue' }),
  contingent: contingentIdSchema
    .optional()
    .meta({ description: 'Whom it is about; theatre-wide facts and corrections have none' }),
  data: z.record(z.string(), z.unknown()).meta({ description: 'The payload that the type asks for' }),
  id: text.optional().meta({ description: '<scenario>-<place, three digits> unless given' }),
  basis: envelope.basis.optional(),
  ...attributes,
  expect: expectation.optional(),
});

/** A scenario script (DESIGN 10). Strict: a key that is not in it is an error. */
export const scriptSchema = z
  .strictObject({
    scenario: idSchema.meta({ description: 'Its id; also the timeline it plays on' }),
    title: text,
    theatre: idSchema.meta({ description: 'The war it belongs to' }),
    description: text.optional(),
    extends: idSchema.optional().meta({
      description: "Branches from that scenario's timeline, at its head: beside this script, or bundled",
    }),
    basis: envelope.basis,
    defaults: z
      .strictObject(attributes)
      .optional()
      .meta({ description: 'Attributes of every event that does not give its own' }),
    events: z.array(scriptEventSchema).min(1, 'expected at least one event'),
  })
  .meta({ title: 'Muster scenario script' });

/** A script as it is written, its form judged. */
export type ScriptForm = z.output<typeof scriptSchema>;
export type ScriptEvent = ScriptForm['events'][number];
export type Expectation = NonNullable<ScriptEvent['expect']>;
