import { z } from 'zod';
import { type CatalogueEntry, catalogue } from '../../events/catalogue.ts';
import { countsPersons, presentSchema } from '../../events/estimate.ts';
import { contingentIdSchema, idSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import { detachment, text } from '../../events/vocabulary.ts';
import { scriptSchema } from './format.ts';
import { TIME_PATTERN } from './script-time.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

const FORM_FAILS = ['malformed', 'unknown-type'];

/**
 * The JSON Schema (draft 2020-12) of a scenario script, for editors: every type of the catalogue with its summary,
 * and, once a type is written, the payload it takes and whether it names a contingent. It refuses what the checker
 * refuses, but for what no schema can say: order, arithmetic, ids that must be there, what the roll answers.
 */
export function scriptJsonSchema(): JsonSchema {
  const shared = new Shared();
  const schema = shared.schemaOf(scriptSchema);
  const event = schema.properties?.['events'];
  const item = typeof event === 'object' ? event.items : undefined;
  if (typeof event !== 'object' || typeof item !== 'object' || Array.isArray(item)) {
    throw new Error('The format of a script has no events');
  }
  const { on = true, ...properties } = item.properties ?? {};
  item.properties = {
    on,
    // What a reader of YAML 1.1 makes of the key `on`.
    true: on,
    ...properties,
    type: {
      description: 'What happened',
      anyOf: [
        {
          enum: catalogue.map(({ type }) => type),
          enumDescriptions: catalogue.map(({ summary }) => summary),
        },
        { type: 'string', minLength: 1 },
      ],
    },
  };
  item.required = (item.required ?? []).filter((name) => name !== 'on');
  item.oneOf = [{ required: ['on'] }, { required: ['true'] }];
  // An event that is meant to be refused for its form may have any.
  item.if = isMeantToFail();
  item.else = { properties: { type: { enum: catalogue.map(({ type }) => type) } }, allOf: rules(shared) };
  event.items = item;
  // Apart: beside `items` it would take the first event from it.
  event.allOf = [{ prefixItems: [{ properties: { on: NOT_AFTER, true: NOT_AFTER } }] }];
  schema.allOf = ['reliability', 'credibility'].map(rated);
  return { ...schema, $defs: { ...shared.defs } };
}

const NOT_AFTER: JsonSchema = { not: { pattern: '^\\+' } };

function isMeantToFail(): JsonSchema {
  const refused: JsonSchema = { required: ['refused'], properties: { refused: { enum: FORM_FAILS } } };
  return { required: ['expect'], properties: { expect: { type: 'object', ...refused } } };
}

/** What is reported has a rating: its own, or that of the defaults. */
function rated(name: string): JsonSchema {
  const reported: JsonSchema = { properties: { basis: { const: 'reported' } } };
  const own: JsonSchema = { anyOf: [{ required: [name] }, isMeantToFail()] };
  const others = (basis: JsonSchema): JsonSchema => ({
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    properties: { events: { items: { if: basis, then: own } } },
  });
  const isOwn: JsonSchema = { required: ['basis'], ...reported };
  return {
    if: { not: { required: ['defaults'], properties: { defaults: { required: [name] } } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { if: reported, then: others(reported), else: others(isOwn) },
  };
}

/** What each type asks for; types that ask for the same together. */
function rules(shared: Shared): JsonSchema[] {
  const byRule = new Map<string, { readonly rule: JsonSchema; readonly types: string[] }>();
  for (const entry of catalogue) {
    const rule = ruleOf(entry, shared);
    const key = JSON.stringify(rule);
    const known = byRule.get(key);
    if (known === undefined) byRule.set(key, { rule, types: [entry.type] });
    else known.types.push(entry.type);
  }
  return [...byRule.values()].map(({ rule, types }) => ({
    if: { properties: { type: { enum: types } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: rule,
  }));
}

function ruleOf(entry: CatalogueEntry, shared: Shared): JsonSchema {
  const data = { ...shared.schemaOf(entry.data), ...atLeastOne(entry) };
  const { subject } = entry;
  switch (subject) {
    case 'none':
      return { properties: { data, contingent: false } };
    case 'required':
      return { required: ['contingent'], properties: { data } };
    case 'optional':
      return { properties: { data } };
    default:
      return subject satisfies never;
  }
}

/** The keys of which a payload needs one, though none is required. */
function atLeastOne({ type, data }: CatalogueEntry): JsonSchema {
  switch (type) {
    case 'casualty.recorded':
      return {
        anyOf: keysOf(data).map((key) => ({ required: [key], properties: { [key]: ref('present') } })),
      };
    case 'contingent.retasked':
      return { anyOf: ['role', 'area', 'territory'].map((key) => ({ required: [key] })) };
    case 'event.corrected':
      return {
        anyOf: keysOf(data)
          .filter((key) => key !== 'target' && key !== 'reason')
          .map((key) => ({ required: [key] })),
      };
    default:
      return {};
  }
}

function keysOf(schema: z.core.$ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** The schemas that others refer to by name, so that each is written once. */
class Shared {
  readonly defs: Record<string, JsonSchema> = {
    id: { type: 'string', pattern: idPattern() },
    contingent: { ...ref('id'), not: { const: 'theatre' } },
    text: { type: 'string', minLength: 1 },
    time: { type: 'string', pattern: TIME_PATTERN },
    count: { type: 'integer', minimum: 0, maximum: 10_000_000 },
  };

  constructor() {
    const range = { low: ref('count'), best: ref('count'), high: ref('count') };
    const parts: JsonSchema = {
      type: 'object',
      properties: range,
      required: ['low', 'best', 'high'],
      additionalProperties: false,
    };
    this.defs['persons'] = {
      description: 'Persons: a count, or { low, best, high } with low ≤ best ≤ high',
      anyOf: [ref('count'), parts],
    };
    this.defs['present'] = {
      ...ref('persons'),
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'object', properties: { best: { minimum: 1 } } },
      ],
    };
    this.defs['detachment'] = this.#made(detachment);
  }

  schemaOf(schema: z.ZodType): JsonSchema {
    return this.#made(schema);
  }

  #made(root: z.ZodType): JsonSchema {
    const named = (schema: z.core.$ZodType): string | undefined => {
      if (schema === root) return undefined;
      if (schema === presentSchema) return 'present';
      if (schema === detachment) return 'detachment';
      if (schema === contingentIdSchema) return 'contingent';
      if (schema === idSchema) return 'id';
      if (schema === text) return 'text';
      if (schema === instantSchema) return 'time';
      if (!countsPersons(schema)) return undefined;
      return schema instanceof z.ZodNumber ? 'count' : 'persons';
    };
    return z.toJSONSchema(root, {
      io: 'input',
      override({ zodSchema, jsonSchema }) {
        const name = named(zodSchema);
        if (name === undefined) return;
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        jsonSchema.$ref = `#/$defs/${name}`;
      },
    });
  }
}

function idPattern(): string {
  const { pattern } = z.toJSONSchema(idSchema);
  if (pattern === undefined) throw new Error('An id has no pattern');
  return pattern;
}
