import { z } from 'zod';
import { foundValue } from './persons-text.ts';

/** Persons present, as far as anyone knows: `low ≤ best ≤ high` (DOMAIN 2). */
export interface Estimate {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

export const NOBODY: Estimate = { low: 0, best: 0, high: 0 };

const MAX_PERSONS = 10_000_000;

/** A count of persons in a payload: an integer from 0 to 10,000,000. */
export const personsSchema = z
  .int({ error: ({ input }) => expectedNot('expected a whole number of persons', input) })
  .min(0, { error: ({ input }) => expectedNot('expected a count of persons, 0 or more', input) })
  .max(MAX_PERSONS, { error: ({ input }) => expectedNot('expected at most 10,000,000 persons', input) });

/** An estimate in a payload; a bare integer n means `{n, n, n}`. */
export const estimateSchema = z
  .union(
    [
      personsSchema.transform((n): Estimate => ({ low: n, best: n, high: n })),
      z
        .strictObject({ low: personsSchema, best: personsSchema, high: personsSchema })
        .refine(({ low, best, high }) => low <= best && best <= high, {
          message: 'expected low ≤ best ≤ high',
        }),
    ],
    {
      error: ({ input }) =>
        expectedNot(
          'expected persons: a whole number from 0 to 10,000,000, or { low, best, high } of them with low ≤ best ≤ high',
          input,
        ),
    },
  )
  .meta({ description: 'Persons: a count, or { low, best, high } with low ≤ best ≤ high' });

/** Whether a schema is one of those above: its values are persons, and no other number is. */
export function countsPersons(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodNumber) return schema.maxValue === MAX_PERSONS;
  return schema instanceof z.ZodUnion && schema.options.some(isRange);
}

function isRange(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodObject && ['low', 'best', 'high'].every((name) => name in schema.shape);
}

function expectedNot(expected: string, input: unknown): string {
  return input === undefined ? expected : `${expected}; ${foundValue(input)}`;
}

/** An estimate of somebody: best is at least 1. */
export const presentSchema = estimateSchema.refine((estimate) => estimate.best >= 1, {
  message: 'expected at least 1 person (best)',
});

/** Component-wise sum. */
export function add(a: Estimate, b: Estimate): Estimate {
  return { low: a.low + b.low, best: a.best + b.best, high: a.high + b.high };
}

/** What is left when a part of unsure size leaves a whole of unsure size: the range widens (DOMAIN 2). */
export function subtract(a: Estimate, b: Estimate): Estimate {
  return { low: Math.max(0, a.low - b.high), best: a.best - b.best, high: a.high - b.low };
}

/** What is left when an exact count is taken off (DOMAIN 2). */
export function subtractCount(a: Estimate, count: number): Estimate {
  return { low: Math.max(0, a.low - count), best: a.best - count, high: a.high - count };
}
