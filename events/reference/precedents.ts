import { z } from 'zod';
import { text } from '../vocabulary.ts';
import { citationSchema, figureSchema, missingSchema, referenceId, statement } from './citation.ts';

/** Something of the kind that happened before, with what is known of it in numbers and in words. */
const precedentSchema = z.strictObject({
  id: referenceId,
  name: text,
  /** What happened, in a few sentences that the citations and figures bear out. */
  what: text,
  /** Statements of the essay that it illustrates. */
  statements: z.array(statement).min(1),
  citations: z.array(citationSchema),
  figures: z.array(figureSchema).min(1),
});

export const precedentsSchema = z.strictObject({
  precedents: z.array(precedentSchema),
  missing: z.array(missingSchema),
});

export type Precedents = z.output<typeof precedentsSchema>;
export type Precedent = Precedents['precedents'][number];
