import type { Schema } from './api.ts';

/** How a field is asked for. */
export type Kind = 'choice' | 'yes-no' | 'whole' | 'number' | 'text' | 'list' | 'group' | 'persons';

/** Persons are a count or { low, best, high } (DOMAIN 2): the only field that may be one of two things. */
export function kindOf({ type, enum: choices, anyOf }: Schema): Kind {
  if (anyOf !== undefined) return 'persons';
  if (choices !== undefined) return 'choice';
  switch (type) {
    case 'boolean':
      return 'yes-no';
    case 'integer':
      return 'whole';
    case 'number':
      return 'number';
    case 'array':
      return 'list';
    case 'object':
      return 'group';
    default:
      return 'text';
  }
}

/** The payload that a form says. Fields go by their paths (`detachment.id`); what is empty is left out. */
export function payloadOf(schema: Schema, form: FormData): Record<string, unknown> {
  return groupAt(schema, '', form);
}

function groupAt(schema: Schema, path: string, form: FormData): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {}).map(
    ([name, field]) => [name, valueAt(field, `${path}${name}`, form)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function valueAt(schema: Schema, path: string, form: FormData): unknown {
  const text = String(form.get(path) ?? '').trim();
  switch (kindOf(schema)) {
    case 'group':
      return form.has(path) ? groupAt(schema, `${path}.`, form) : undefined;
    case 'persons':
      return form.has(path) ? personsAt(path, form) : undefined;
    case 'list': {
      const lines = text.split('\n').map((line) => line.trim());
      return text === '' ? undefined : lines.filter((line) => line !== '');
    }
    case 'yes-no':
      return text === '' ? undefined : text === 'yes';
    case 'whole':
    case 'number':
      return text === '' ? undefined : Number(text);
    case 'choice':
    case 'text':
      return text === '' ? undefined : text;
    default:
      return undefined;
  }
}

/** A count, or a range as soon as one of its ends is given. */
function personsAt(path: string, form: FormData): unknown {
  const number = (name: string) => {
    const text = String(form.get(`${path}.${name}`) ?? '').trim();
    return text === '' ? undefined : Number(text);
  };
  const [low, best, high] = [number('low'), number('best'), number('high')];
  return low === undefined && high === undefined ? best : { low: low ?? best, best, high: high ?? best };
}
