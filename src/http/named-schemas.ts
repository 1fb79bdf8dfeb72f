import { z } from 'zod';

/**
 * The shapes of everything that the API answers, named for the API documents. A test holds them to the
 * TypeScript types of the documents and to what a real server answers.
 */
export const answers = z.registry<{ id: string }>();

/** An answer that the API document lists by its name. */
export function named<S extends z.ZodType>(id: string, description: string, schema: S): S {
  const described = schema.meta({ description });
  answers.add(described, { id });
  return described;
}
