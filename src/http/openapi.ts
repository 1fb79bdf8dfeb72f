import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { EVENT_SCHEMA, eventJsonSchemas, type JsonSchema, jsonSchemaOf } from '../../events/json-schema.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import { isGuarded, PAGES } from './admission.ts';
import { EVENT_MEDIA_TYPES } from './event-bodies.ts';
import { answers } from './named-schemas.ts';
import { type Answer, type Operation, type OperationId, operations } from './operations.ts';
import { PROBLEM_STATUSES } from './problem.ts';
import { problemDocument } from './problem-schema.ts';
import { rollOpening } from './roll-info-schemas.ts';
import { schemasUsed } from './schemas-used.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from './settings.ts';

/** Statuses that any request may end in. */
const EVERYWHERE = [400, 405, 406, 421, 429, 431, 500];
/** Statuses of what goes by a caller's rights. */
const FOR_RIGHTS = [401, 403];

const ref = (name: string) => `#/components/schemas/${name}`;

/** The HTTP interface as OpenAPI 3.1, made from the operations and their schemas. */
export function openApiDocument(): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, operation] of operations()) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationOf(operationId, operation) };
  }
  const schemas = { ...answerSchemas(), ...eventJsonSchemas(ref) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version: '1',
      summary: 'The roll of troop contingents through a war and after it',
      description:
        'Dated, sourced events go in; who stands on which pathway comes out. Every error is a problem document (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemasUsed(paths, schemas),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'Needed for writing when the server has a token, or listens beyond loopback; for reading, where its tokens file says so. A session of /session does for reading.',
        },
      },
    },
  };
}

/** The schemas of all answers, by name, referring to one another as components of an API document. */
export function answerSchemas(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(answers, { uri: ref, io: 'output', override: spellPairsOut });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}

/** A tuple of like items as an array of so many: tools that make types or mocks do not take the keyword of tuples. */
function spellPairsOut({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { prefixItems = [] } = jsonSchema;
  const [item] = prefixItems;
  if (item === undefined || prefixItems.some((other) => !isDeepStrictEqual(other, item))) return;
  delete jsonSchema.prefixItems;
  Object.assign(jsonSchema, { items: item, minItems: prefixItems.length, maxItems: prefixItems.length });
}

function operationOf(operationId: OperationId, operation: Operation): JsonSchema {
  const isByRights = isGuarded(operationId);
  const tag = tagOf(operation.path);
  const problems = [...EVERYWHERE, ...(isByRights ? FOR_RIGHTS : []), ...operation.problems].sort(
    (a, b) => a - b,
  );
  return {
    operationId,
    tags: [tag],
    summary: operation.summary,
    parameters: [...parametersOf('path', operation.params), ...parametersOf('query', operation.query)].concat(
      operationId === 'streamRoll' ? [LAST_EVENT_ID] : [],
    ),
    security: isByRights ? TOKEN_OR_NONE : [],
    ...(operation.method === 'POST' && { requestBody: eventBody() }),
    ...(operation.method === 'PUT' && { requestBody: openingBody() }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer)]),
      ),
      ...(tag === 'Pages' && { 304: { description: 'Not changed: what the browser keeps is still right' } }),
      ...(PAGES.has(operationId) && { 303: { description: 'To the sign-in, and back from there' } }),
      ...Object.fromEntries(problems.map((status) => [status, problemOf(status)])),
    },
  };
}

/** What the operations are about, in the order in which the document lists them. */
const TAGS = {
  Rolls: 'Who stands where, how that came, and what follows from it',
  Events: 'What was logged, what was refused, and where events are handed in',
  Reference: 'What is the same for every roll: the model, the reports on offer, public figures',
  Service: 'How the service is, and the documents about it',
  Pages: 'What a browser opens',
} as const;

function tagOf(path: string): keyof typeof TAGS {
  if (/\/(events|refusals|stream)$/.test(path)) return 'Events';
  if (path.startsWith('/api/rolls')) return 'Rolls';
  if (path.startsWith('/api/')) return 'Reference';
  return /^\/(healthz|readyz|metrics|\w+\.json)$/.test(path) ? 'Service' : 'Pages';
}

const TOKEN_OR_NONE = [{}, { token: [] }];

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last event that arrived: the stream goes on after it. Wins over `after`.',
  schema: { type: 'integer', minimum: 0 },
};

function parametersOf(place: 'path' | 'query', schema: z.ZodObject): JsonSchema[] {
  return Object.entries(schema.shape).map(([name, parameter]) => {
    if (!(parameter instanceof z.ZodType)) throw new Error(`The parameter ${name} has no schema`);
    const { description, ...rest } = jsonSchemaOf(parameter, 'input');
    return { name, in: place, required: !parameter.safeParse(undefined).success, description, schema: rest };
  });
}

function eventBody(): JsonSchema {
  const one = { $ref: ref(EVENT_SCHEMA) };
  const many = { type: 'array', items: one, maxItems: MAX_BATCH_EVENTS };
  const schemas = {
    one,
    array: many,
    'one-or-array': { anyOf: [one, many] },
    lines: { type: 'string', description: 'One event a line; blank lines are skipped' },
  };
  return {
    required: true,
    description: `One event of at most ${MAX_EVENT_BYTES} bytes, or many: at most ${MAX_BATCH_EVENTS} in at most ${MAX_BATCH_BYTES} bytes. Many are judged one by one, in order; one that fails does not stop the others. One may come in binary mode too: its attributes as header fields ce-…, its data as the body, of type application/json.`,
    content: Object.fromEntries(
      [...EVENT_MEDIA_TYPES].map(([type, form]) => [type, { schema: schemas[form] }]),
    ),
  };
}

function openingBody(): JsonSchema {
  return { required: true, content: { 'application/json': { schema: referred(rollOpening) } } };
}

function answerOf({ description, mediaType, schema }: Answer): JsonSchema {
  return { description, content: { [mediaType]: schema === null ? {} : { schema: referred(schema) } } };
}

function problemOf(status: number): JsonSchema {
  return {
    description: PROBLEM_STATUSES.get(status) ?? 'A problem',
    content: { 'application/problem+json': { schema: referred(problemDocument) } },
  };
}

/** A schema by its name; one without a name is a choice between such. */
function referred(schema: z.ZodType): JsonSchema {
  const named = answers.get(schema);
  if (named !== undefined) return { $ref: ref(named.id) };
  if (!(schema instanceof z.ZodUnion)) throw new Error('An answer has a schema without a name');
  return {
    anyOf: schema.options.map((option) => {
      if (!(option instanceof z.ZodType)) throw new Error('An answer is a choice of no schemas');
      return referred(option);
    }),
  };
}
