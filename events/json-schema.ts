import { z } from 'zod';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { ATTRIBUTE_NAME, envelopeSchema } from './envelope.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A zod schema as JSON Schema (draft 2020-12): what may be sent (`input`) or what is answered (`output`). */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

/** The name of the schema that every event fits, whatever its type. */
export const ENVELOPE_SCHEMA = 'Envelope';

/** The name of the schema that is one of the types of the catalogue. */
export const EVENT_SCHEMA = 'MusterEvent';

/**
 * The JSON Schemas of DOMAIN 5 and 6, by name: `Envelope`, one for each type under the type's own name, and
 * `MusterEvent`, which is any of those. `ref` says how they refer to one another where they are put, such as
 * `(name) => '#/$defs/' + name`. They accept every well-formed event that has no null attribute and its payload
 * as `data`; what a JSON Schema cannot say (low ≤ best ≤ high, a total of at least one person) is left to
 * `readEvent`.
 */
export function eventJsonSchemas(ref: (name: string) => string): Readonly<Record<string, JsonSchema>> {
  return {
    [ENVELOPE_SCHEMA]: envelope(),
    ...Object.fromEntries(catalogue.map((entry) => [entry.type, ofType(entry, ref)])),
    [EVENT_SCHEMA]: {
      description: 'A recorded fact: a CloudEvent of one of the types of the catalogue.',
      type: 'object',
      oneOf: catalogue.map(({ type }) => ({ $ref: ref(type) })),
    },
  };
}

/** The same as one document that stands alone, for editors and validators. */
export function eventJsonSchemaDocument(): JsonSchema {
  const ref = (name: string) => `#/$defs/${name}`;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Muster event',
    $ref: ref(EVENT_SCHEMA),
    $defs: eventJsonSchemas(ref),
  };
}

function envelope(): JsonSchema {
  return {
    ...jsonSchemaOf(envelopeSchema, 'input'),
    description:
      'A CloudEvents 1.0 JSON object with the extension attributes of Muster. Other attributes are allowed and kept; a null attribute counts as absent.',
    propertyNames: { pattern: ATTRIBUTE_NAME.source },
    if: { properties: { basis: { const: 'reported' } }, required: ['basis'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['reliability', 'credibility'] },
  };
}

function ofType({ type, subject, summary, data }: CatalogueEntry, ref: (name: string) => string): JsonSchema {
  return {
    title: type,
    description: `${summary}.`,
    type: 'object',
    allOf: [{ $ref: ref(ENVELOPE_SCHEMA) }],
    properties: {
      type: { const: type },
      data: jsonSchemaOf(data, 'input'),
      ...(subject === 'none' && { subject: { not: {} } }),
    },
    required: subject === 'required' ? ['type', 'data', 'subject'] : ['type', 'data'],
  };
}
