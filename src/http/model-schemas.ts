import { z } from 'zod';
import { statement } from '../../events/reference/citation.ts';
import { pathway } from '../../events/vocabulary.ts';
import { PLACE_KINDS } from '../model/model-document.ts';
import { named } from './named-schemas.ts';

const text = z.string();
const textOrNull = text.nullable();
const machine = z.enum(['contingent', 'theatre']);

const example = z
  .strictObject({
    scenario: text,
    theatre: text,
    event: text.meta({ description: 'Its id' }),
    basis: z.enum(['reported', 'assessed', 'hypothetical']),
    type: text,
    subject: textOrNull,
    day: text,
    seq: z.int().min(1).meta({ description: "Its place in the log of the scenario's timeline, from 1" }),
    note: textOrNull,
  })
  .meta({ description: 'An event of a bundled scenario in which it happens' });

export const modelDocument = named(
  'Model',
  'What the model is made of, and what it is made for',
  z.strictObject({
    states: z.array(
      z.strictObject({ name: text, machine, pathway: pathway.nullable(), description: textOrNull }),
    ),
    guards: z.array(
      z.strictObject({
        name: text,
        machine,
        transitions: z.array(
          z.strictObject({
            from: text,
            event: text,
            to: textOrNull.meta({ description: 'null: the state stays' }),
          }),
        ),
      }),
    ),
    types: z.array(
      z.strictObject({
        type: text.meta({
          description: 'A type of the catalogue, or "envelope" for what every event carries',
        }),
        scope: textOrNull,
        summary: text,
        fields: z.array(z.strictObject({ name: text, isRequired: z.boolean(), values: z.array(text) })),
      }),
    ),
    reports: z.array(z.strictObject({ name: text, title: text, question: text })),
    pathways: z.array(z.strictObject({ pathway, text })),
    company: text,
    references: z.array(text),
    statements: z.array(
      z.strictObject({
        id: statement,
        says: text,
        places: z.array(z.strictObject({ kind: z.enum(PLACE_KINDS), name: text })),
        example,
      }),
    ),
  }),
);
