import { z } from 'zod';
import { idSchema } from '../../events/ids.ts';
import { BASES } from '../log/port.ts';
import { named } from './named-schemas.ts';
import { seq } from './roll-schemas.ts';

const basis = z.enum(BASES);

export const rollSummary = named(
  'RollSummary',
  'A roll as the list of rolls shows it',
  z.strictObject({
    theatre: z.string(),
    timeline: z.string(),
    title: z.string(),
    basis: basis.nullable().meta({
      description:
        'Hypothetical as soon as a what-if counts in it, else as it was opened; null if it is unannounced',
    }),
    openedAs: basis
      .nullable()
      .meta({ description: 'The basis that it was opened with; null if it is unannounced' }),
    announced: z
      .boolean()
      .meta({ description: 'Whether it was opened; one that is not was published to over NATS' }),
    closed: z
      .boolean()
      .meta({ description: 'Whether it was closed: lists leave it out and it takes no events' }),
    base: z
      .strictObject({ timeline: z.string(), seq })
      .nullable()
      .meta({ description: 'The timeline that this one branches from, and after which entry' }),
    seq,
    isCurrent: z
      .boolean()
      .meta({ description: 'Whether everything that was in the log at the start has been folded' }),
  }),
);

export const rollOpening = named(
  'RollOpening',
  'What a roll is, when it is made known',
  z.strictObject({
    title: z.string().min(1, 'expected a title').max(200, 'expected at most 200 characters'),
    basis,
    base: idSchema
      .nullable()
      .meta({ description: 'The timeline to branch from, at its head; null for a history of its own' }),
  }),
);
