import { z } from 'zod';
import type { UnknownKey } from '../../events/definition.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { Source } from './source.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Names that people use for a key of another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  subject: 'contingent',
  time: 'on',
  date: 'on',
  timeline: 'scenario',
};

/**
 * Judges the value at a path of a script by a schema: every problem with its place, an unknown key or word with
 * what was probably meant, or what `unknownKey` knows of it. Empty if the value fits.
 */
export function schemaProblems(
  source: Source,
  root: Path,
  schema: z.ZodType,
  unknownKey: UnknownKey = () => null,
): Problem[] {
  const parsed = schema.safeParse(source.at(root), { error: sentence });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const found = deepest(issue);
    return found.flatMap((one) => problemsOf(source, root, schema, unknownKey, one));
  });
}

function problemsOf(
  source: Source,
  root: Path,
  schema: z.ZodType,
  unknownKey: UnknownKey,
  issue: Issue,
): Problem[] {
  const path = [...root, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const way = unknownKey(issue.path, key);
      if (way !== null) {
        return source.problem([...path, key], `unknown key "${key}"; ${way}`, undefined, 'key');
      }
      const other = OTHER_NAMES[key];
      const meant = other !== undefined && known.includes(other) ? other : nearest(key, known);
      const hint = meant === undefined ? `; known here: ${known.join(', ')}` : '';
      return source.problem([...path, key], `unknown key "${key}"${hint}`, meant, 'key');
    });
  }
  const value = source.at(path);
  const key = path.at(-1);
  if (value === undefined && key !== undefined) {
    const wanted = issue.message === MISSING ? '' : `: ${issue.message}`;
    return [source.problem(path, `"${String(key)}" is missing${wanted}`)];
  }
  const choices = typeof value === 'string' ? choicesOf(issue) : [];
  const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
  return [source.problem(path, issue.message, meant)];
}

/** Of a value that fits no branch of a union: what is wrong in the branch that it was meant for, if one stands out. */
function deepest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) =>
    branch.every(
      ({ path, code }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'),
    ),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] }));
}

function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(choicesOf);
  return [];
}

const MISSING = 'missing';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

/** What was expected and what was there, where the schema itself does not say it. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? MISSING
        : `expected ${KINDS[issue.expected] ?? issue.expected}, not ${shown(issue.input)}`;
    case 'invalid_value':
      return issue.input === undefined
        ? MISSING
        : `expected ${issue.values.map(String).join(' | ')}, not ${shown(issue.input)}`;
    case 'too_small':
      return `expected ${issue.minimum} or more, not ${shown(issue.input)}`;
    case 'too_big':
      return `expected ${issue.maximum} or less, not ${shown(issue.input)}`;
    default:
      return undefined;
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'keys with values';
  if (value === null) return 'nothing';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The keys that a schema takes at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => keysAt(option, path));
  const [key, ...rest] = path;
  if (bare instanceof z.ZodArray) return key === undefined ? [] : keysAt(bare.element, rest);
  if (!(bare instanceof z.ZodObject)) return [];
  const shape: z.core.$ZodShape = bare.shape;
  if (key === undefined) return Object.keys(shape);
  const inner = typeof key === 'string' && Object.hasOwn(shape, key) ? shape[key] : undefined;
  return inner === undefined ? [] : keysAt(inner, rest);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  return schema;
}
