import { z } from 'zod';
import { statement } from '../../events/reference/citation.ts';
import { pathway } from '../../events/vocabulary.ts';

const text = z.string().min(1);

const placeSchema = z.union([
  z.strictObject({ event: text }),
  z.strictObject({ state: text }),
  z.strictObject({ guard: text }),
  z.strictObject({ field: z.tuple([text, text]) }),
  z.strictObject({ report: text }),
  z.strictObject({ reference: text }),
]);

/** Where a statement has its place in the model, by name. */
export type Place = z.output<typeof placeSchema>;

/** The essay's statements, each with its places and an event in which it happens (`events/model/statements.yaml`). */
export const statementsSchema = z.array(
  z.strictObject({
    id: statement,
    says: text,
    places: z.array(placeSchema).min(1, 'a statement needs a place in the model'),
    example: z.strictObject({ scenario: text, event: text }),
  }),
);

export type Statement = z.output<typeof statementsSchema>[number];

/** What each way after the war means, in a paragraph (`events/model/pathways.yaml`). */
export const pathwaysSchema = z.strictObject({
  pathways: z.partialRecord(pathway, text),
  company: text,
});

export type PathwayTexts = z.output<typeof pathwaysSchema>;
