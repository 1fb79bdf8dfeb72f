import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { openApiDocument } from '../../src/http/openapi.ts';

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(
          z.string(),
          z.object({
            content: z.record(z.string(), z.object({ schema: z.looseObject({}).optional() })).optional(),
          }),
        ),
      }),
    ),
  ),
  components: z.looseObject({}),
});

const { paths, components } = documentSchema.parse(openApiDocument());
const described = Object.entries(paths).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  methods,
}));

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'muster', components });
const validators = new Map<AnySchema, (value: unknown) => string | null>();

function validatorOf(schema: AnySchema): (value: unknown) => string | null {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema).replaceAll('"#/', '"muster#/');
  const validate = ajv.compile(JSON.parse(text));
  const made = (value: unknown) => (validate(value) ? null : ajv.errorsText(validate.errors));
  validators.set(schema, made);
  return made;
}

/**
 * What of an answer the API's own document does not say, or null: its status, its media type, or the shape of its
 * JSON. Addresses that are no part of the API, and methods that it does not have, are left alone.
 */
export async function undescribed(method: string, path: string, answer: Response): Promise<string | null> {
  const [address = ''] = path.split('?');
  const operation = described.find(({ pattern }) => pattern.test(address))?.methods[method.toLowerCase()];
  if (operation === undefined) return null;
  const said = `${method} ${path} answered ${answer.status}`;
  const response = operation.responses[answer.status];
  if (response === undefined) return `${said}, which its document does not list`;
  const mediaType = answer.headers.get('content-type')?.split(';')[0] ?? null;
  if (mediaType === null) return response.content === undefined ? null : `${said} without a media type`;
  const content = response.content?.[mediaType] ?? response.content?.['*/*'];
  if (content === undefined) return `${said} as ${mediaType}, which its document does not list`;
  if (content.schema === undefined) return null;
  const misfit = validatorOf(content.schema)(await answer.clone().json());
  return misfit === null ? null : `${said} with what does not fit its document: ${misfit}`;
}
