import { z } from 'zod';
import { idSchema } from './ids.ts';
import { instantSchema } from './time.ts';

/** CloudEvents 1.0: attribute names are lower-case letters and digits. */
export const ATTRIBUTE_NAME = /^[a-z0-9]+$/;

const CONTENT_HASH = /^sha256:[0-9a-f]{64}$/;

const required = z.string().min(1, 'expected a text that is not empty');

/**
 * The attributes of an event (CloudEvents 1.0, with the extension attributes of DOMAIN 5), `data` apart. Others
 * are allowed and kept in the log; here they are dropped.
 */
export const envelopeSchema = z
  .object({
    specversion: z.literal('1.0').meta({ description: 'The version of CloudEvents' }),
    id: required.meta({ description: 'Together with source: the identity of the event' }),
    source: required.meta({ description: 'Who publishes; together with id: the identity of the event' }),
    type: required.meta({ description: 'What happened' }),
    subject: required.optional().meta({ description: "The contingent's id, for contingent-scoped types" }),
    time: instantSchema.meta({ description: 'When it happened (RFC 3339)' }),
    basis: z
      .enum(['reported', 'assessed', 'hypothetical'])
      .meta({ description: 'Reported by somebody, assessed by an analyst, or part of a what-if' }),
    observedtime: instantSchema.optional().meta({ description: 'When it became known; `time` if absent' }),
    timeprecision: z.enum(['day', 'week', 'month']).optional(),
    reporter: z.string().optional().meta({ description: 'Who said it' }),
    reporterkind: z
      .enum(['state-agency', 'military', 'media', 'ngo', 'state-media', 'witness', 'analyst'])
      .optional(),
    reporturl: z.string().optional().meta({ description: 'Where they said it' }),
    reliability: z
      .enum(['A', 'B', 'C', 'D', 'E', 'F'])
      .optional()
      .meta({ description: 'Admiralty code of the source; required when basis is reported' }),
    credibility: z
      .int()
      .min(1)
      .max(6)
      .optional()
      .meta({ description: 'Admiralty code of the statement; required when basis is reported' }),
    archivedurl: z.string().optional().meta({ description: 'A kept copy of what `reporturl` shows' }),
    contenthash: z
      .string()
      .regex(CONTENT_HASH, 'expected sha256: and 64 lower-case hex digits')
      .optional()
      .meta({ description: 'The SHA-256 of that copy' }),
    claim: z.enum(['fact', 'claim', 'denial', 'speculation']).optional(),
    note: z.string().optional(),
    correlationid: z.string().optional(),
    causationid: z.string().optional(),
    schemaversion: z.int().min(1).optional().meta({
      description: 'The version of the shape of `data`; 1 if absent. A correction: of the payload it brings',
    }),
    recordedtime: instantSchema.optional().meta({ description: 'When a log took it: set by an export' }),
    recordedby: z.string().optional().meta({ description: 'Who put it into the log: set by the log' }),
    theatre: idSchema.optional().meta({ description: 'If present it must match where the event is stored' }),
    timeline: idSchema.optional().meta({ description: 'If present it must match where the event is stored' }),
  })
  .superRefine(({ basis, reliability, credibility }, context) => {
    if (basis !== 'reported') return;
    const message = 'required when basis is "reported"';
    if (reliability === undefined) context.addIssue({ code: 'custom', path: ['reliability'], message });
    if (credibility === undefined) context.addIssue({ code: 'custom', path: ['credibility'], message });
  });

export type Envelope = z.output<typeof envelopeSchema>;
