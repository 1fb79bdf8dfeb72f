import { z } from 'zod';
import { firstIssue } from '../../events/definition.ts';
import { contingentIdSchema, idSchema } from '../../events/ids.ts';
import { parseViewInstant } from '../../events/time.ts';
import { pathway } from '../../events/vocabulary.ts';
import { HEADLINES } from '../readmodels/grounds.ts';
import { isReportName, REPORT_NAMES } from '../readmodels/reports/catalogue.ts';
import { DEFAULT_SETTINGS } from '../readmodels/reports/report.ts';
import type { ViewQuery } from '../service/service.ts';
import { Problem } from './problem.ts';
import { DEFAULT_PAGE, MAX_FOOTPRINT_DAYS, MAX_PAGE } from './settings.ts';

/** A whole number in a query, within bounds. */
function whole(description: string, minimum: number, maximum?: number) {
  const range = maximum === undefined ? `${minimum} or more` : `from ${minimum} to ${maximum}`;
  return z
    .string()
    .refine(
      (text) =>
        /^\d{1,15}$/.test(text) &&
        Number(text) >= minimum &&
        Number(text) <= (maximum ?? Number.MAX_SAFE_INTEGER),
      { message: `expected a whole number, ${range}` },
    )
    .meta({ type: 'integer', minimum, ...(maximum !== undefined && { maximum }), description })
    .transform(Number);
}

const instant = (description: string) =>
  z
    .string()
    .meta({ description, examples: ['2025-03-31', '2025-03-31T12:00:00Z'] })
    .transform((text, context) => {
      const instant = parseViewInstant(text);
      if (instant !== null) return instant;
      context.addIssue({
        code: 'custom',
        message: 'expected a day such as 2025-03-31 or a time such as 2025-03-31T12:00:00Z',
      });
      return z.NEVER;
    });

const theatre = idSchema.meta({ description: 'The war' });
const timeline = idSchema.meta({ description: 'The version of its history: record, or a what-if' });

export const rollPath = z.strictObject({ theatre, timeline });
export const contingentPath = z.strictObject({
  theatre,
  timeline,
  id: contingentIdSchema.meta({ description: 'The contingent' }),
});
export const reportPath = rollPath.extend({
  name: z
    .string()
    .refine(isReportName, { error: `expected one of ${REPORT_NAMES.join(', ')}` })
    .meta({ enum: [...REPORT_NAMES], description: 'The report' }),
});
export const noPath = z.strictObject({});
export const noQuery = z.strictObject({});
/** Of an address that people open: whatever a mailer or a social network hangs onto a link is ignored. */
export const anyQuery = z.object({});

export const viewQuery = z.strictObject({
  asOf: instant('Only what had happened by then; a day means its end in UTC').optional(),
  asKnown: instant('Only what was known by then; a day means its end in UTC').optional(),
  seq: whole('Only the first entries of the log', 0).optional(),
});

export const documentQuery = viewQuery.extend({
  fields: z
    .literal('distribution', { error: 'expected distribution, or nothing for the whole roll' })
    .optional()
    .meta({ description: 'Without contingents, flows and refusals' }),
});

export const reportQuery = viewQuery.extend({
  footprintDays: whole(
    `Days in place from which on a garrison is a footprint; ${DEFAULT_SETTINGS.footprintDays} if left out`,
    0,
    MAX_FOOTPRINT_DAYS,
  ).optional(),
});

export const seriesQuery = z.strictObject({
  asKnown: instant('Only what was known by then; a day means its end in UTC').optional(),
  points: whole('At most so many days, spread over the time; 400 if left out', 2, MAX_PAGE).optional(),
});

const after = whole('Only what comes after this place in the log', 0);

export const pageQuery = z.strictObject({
  after: after.optional(),
  limit: whole(`At most so many; ${DEFAULT_PAGE} if left out`, 1, MAX_PAGE).optional(),
});

export const claimsQuery = pageQuery.extend({
  asKnown: instant('Only what was known by then; a day means its end in UTC').optional(),
});

export const groundsQuery = pageQuery.extend({
  of: z.enum(HEADLINES).meta({ description: 'What it is that rests on them' }),
});

export const assetPath = z.strictObject({
  file: z.string().meta({ description: 'Name of the file' }),
});

export const contingentsQuery = z.strictObject({
  after: contingentIdSchema.optional().meta({ description: 'Only ids after this one' }),
  limit: whole(`At most so many; ${DEFAULT_PAGE} if left out`, 1, MAX_PAGE).optional(),
  parent: z
    .literal('', {
      error: 'expected the id of a contingent, or nothing after the = for those without parent',
    })
    .transform(() => null)
    .or(contingentIdSchema)
    .optional()
    .meta({
      type: 'string',
      description: 'Only those detached from this one; empty: only those detached from none',
    }),
  only: contingentIdSchema.optional().meta({ description: 'Only the one of this id' }),
  pathway: pathway.optional().meta({ description: 'Only those that stand there' }),
  having: z
    .enum(['killed', 'missing', 'wounded', 'unaccounted'])
    .optional()
    .meta({ description: 'Only those that have such losses' }),
});

const yes = (description: string) =>
  z.literal('true', { error: 'expected true, or nothing' }).optional().meta({ description });

export const rollsQuery = z.strictObject({ closed: yes('Those too that were closed') });

export const streamQuery = z.strictObject({
  after: after.optional(),
  lastEventId: after.optional().meta({
    description:
      'As the header Last-Event-ID, which wins, for clients that resume by the address; wins over `after`',
  }),
});

export const submitQuery = z.strictObject({
  open: yes('Open the roll if nobody did, titled by its timeline and with the basis of the first event'),
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: the verdict and the distribution before and after; nothing is appended' }),
});

/** The part of a query that chooses a view. */
export function viewOf({ asOf, asKnown, seq }: z.output<typeof viewQuery>): ViewQuery {
  return {
    ...(asOf !== undefined && { asOfMs: asOf }),
    ...(asKnown !== undefined && { asKnownMs: asKnown }),
    ...(seq !== undefined && { seq }),
  };
}

/** Reads path or query by its schema. Throws a Problem with the place and what was expected there. */
export function readParameters<S extends z.ZodObject>(
  place: 'path' | 'query',
  schema: S,
  raw: unknown,
): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ') || 'none';
    throw misfit(place, issue.keys.join(', '), `unknown parameter; this address knows: ${known}`);
  }
  const { path, message } = firstIssue(parsed.error);
  throw misfit(place, path.join('.'), message);
}

/**
 * Where the start of a stream is asked for. A browser resumes by the header, at the address that it was given first:
 * so the header wins, and what a library put into the address to resume wins over where it began.
 */
export function readStreamStart(header: unknown, query: z.output<typeof streamQuery>): number | null {
  if (header === undefined || header === '') return query.lastEventId ?? query.after ?? null;
  const parsed = after.safeParse(header);
  if (parsed.success) return parsed.data;
  throw misfit('header', 'Last-Event-ID', firstIssue(parsed.error).message);
}

function misfit(place: 'path' | 'query' | 'header', name: string, detail: string): Problem {
  const where = name === '' ? place : `${place} ${name}`;
  return new Problem('bad-request', `${where}: ${detail}.`, { errors: [{ in: place, name, detail }] });
}
