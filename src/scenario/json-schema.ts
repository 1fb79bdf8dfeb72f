import { z } from 'zod';
import { type CatalogueEntry, catalogue } from '../../events/catalogue.ts';
import { scriptSchema } from './format.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON Schema (draft 2020-12) of a scenario script, for editors: every type of the catalogue with its summary,
 * and, once a type is written, the payload it takes and whether it names a contingent.
 */
export function scriptJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(scriptSchema, { io: 'input' });
  const event = schema.properties?.['events'];
  const item = typeof event === 'object' ? event.items : undefined;
  if (typeof item !== 'object' || Array.isArray(item) || item.properties === undefined) {
    throw new Error('The format of a script has no events with properties');
  }
  item.properties['type'] = {
    description: 'What happened',
    enum: catalogue.map(({ type }) => type),
    enumDescriptions: catalogue.map(({ summary }) => summary),
  };
  item.allOf = catalogue.map(whenType);
  return schema;
}

function whenType(entry: CatalogueEntry): JsonSchema {
  const data = payloadSchema(entry);
  const rule: JsonSchema =
    entry.subject === 'none'
      ? { properties: { data, contingent: false } }
      : { properties: { data }, ...(entry.subject === 'required' ? { required: ['contingent'] } : {}) };
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  return { if: { properties: { type: { const: entry.type } }, required: ['type'] }, then: rule };
}

function payloadSchema({ data, summary }: CatalogueEntry): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(data, { io: 'input' });
  return { description: summary, ...schema };
}
