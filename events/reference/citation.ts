import { z } from 'zod';
import { text } from '../vocabulary.ts';

const MAX_QUOTED_WORDS = 25;
/** From here on a page has a secure address; some older pages are kept under an insecure one alone. */
const SECURE_SINCE = '2016';

/** A year, a month or a day, as exactly as it is known: `2024`, `2024-10`, `2024-10-28`. */
const date = z
  .string()
  .regex(
    /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
    'expected a date such as 2024, 2024-10 or 2024-10-28',
  );

/** Names an entry of the reference data. */
export const referenceId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');

/** A statement of the essay that the project models, as its page numbers them. */
export const statement = z
  .string()
  .regex(/^S(0[1-9]|[1-6]\d|7[0-7])$/, 'expected a statement from S01 to S77');

/** A public text that was read for a figure, a precedent or a place. */
export const sourceSchema = z
  .strictObject({
    title: text,
    /** Who published it; of a copy, who published the original and where the copy was read. */
    publisher: text,
    /** In ASCII (RFC 3986): other letters are percent-encoded, or the API's document would call it no `uri`. */
    url: z.url({ protocol: /^https?$/ }).regex(/^[!-~]+$/, 'expected letters beyond ASCII percent-encoded'),
    /** `undated`: the page as it was read bears no date. */
    published: z.union([date, z.literal('undated')]),
  })
  .refine(({ url, published }) => url.startsWith('https:') || published < SECURE_SINCE, {
    path: ['url'],
    message: `expected an https address; http is taken for pages from before ${SECURE_SINCE} alone`,
  });

export type Source = z.output<typeof sourceSchema>;

/** Where a source says so: its id and its own words, few enough to check them at a glance. */
export const citationSchema = z.strictObject({
  source: referenceId,
  quote: text.refine((quote) => quote.trim().split(/\s+/).length <= MAX_QUOTED_WORDS, {
    message: `expected at most ${MAX_QUOTED_WORDS} words`,
  }),
});

export type Citation = z.output<typeof citationSchema>;

const value = z.number().min(0, 'expected a number, 0 or more');

/** A sourced number with its range, and the time that it is about. */
export const figureSchema = z
  .strictObject({
    id: referenceId,
    what: text,
    unit: z.enum([
      'usd-per-head-month',
      'usd-per-month',
      'usd-per-year',
      /** US dollars over the whole of the period. */
      'usd',
      'persons',
      'hours',
      'countries',
      /** A part of a whole, 0 to 1. */
      'share',
    ]),
    low: value,
    best: value,
    high: value,
    /** `middle`: the sources state a range alone, and best is the middle of it. */
    bestIs: z.enum(['stated', 'middle']),
    period: z.strictObject({ from: date, to: date }),
    citations: z.array(citationSchema).min(1),
    /** What a reader must know before comparing it with anything. */
    caveat: text.optional(),
  })
  .refine(({ low, best, high }) => low <= best && best <= high, { message: 'expected low ≤ best ≤ high' })
  .refine(({ low, best, high, bestIs }) => bestIs === 'stated' || best === (low + high) / 2, {
    message: 'expected best in the middle of low and high',
  })
  .refine(({ unit, high }) => unit !== 'share' || high <= 1, { message: 'expected a share from 0 to 1' })
  .refine(({ period }) => period.from.slice(0, period.to.length) <= period.to.slice(0, period.from.length), {
    message: 'expected a period that ends after it starts',
  });

export type Figure = z.output<typeof figureSchema>;

/** A number that was looked for and not found in a text that could be read, so that it is left out. */
export const missingSchema = z.strictObject({
  id: referenceId,
  what: text,
  lookedFor: text,
});

export type Missing = z.output<typeof missingSchema>;
