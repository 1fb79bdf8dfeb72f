import { z } from 'zod';
import { referenceSchema } from '../../events/reference/reference.ts';
import { REPORT_NAMES } from '../readmodels/reports/catalogue.ts';
import { TEXT_KINDS, UNITS } from '../readmodels/reports/report.ts';
import { named } from './named-schemas.ts';

const bound = z.number().nullable().meta({ description: 'null: unknown' });
const cell = z
  .union([z.string(), z.number(), z.strictObject({ low: bound, best: bound, high: bound }), z.null()])
  .meta({ description: 'A value in the unit of its column; null: unknown' });

const table = z.strictObject({
  id: z.string(),
  title: z.string(),
  about: z.string().meta({ description: 'What is counted and how, in words' }),
  columns: z.array(
    z.strictObject({ id: z.string(), title: z.string(), kind: z.enum([...UNITS, ...TEXT_KINDS]) }),
  ),
  rows: z.array(
    z.strictObject({
      basis: z.enum(['reported', 'hypothetical']),
      cells: z.record(z.string(), cell),
      events: z
        .strictObject({ count: z.int().min(0), seqs: z.array(z.int().min(1)) })
        .meta({ description: 'The events behind the row; where they are many the latest are named' }),
    }),
  ),
  omitted: z.int().min(0).meta({ description: 'Earlier rows that were left out' }),
  chart: z
    .strictObject({
      kind: z.enum(['bar', 'line']),
      category: z.string(),
      values: z.array(z.string()),
    })
    .nullable(),
});

export const reportDocument = named(
  'Report',
  'What follows from where the troops are, as tables',
  z.strictObject({
    report: z.string().meta({ enum: [...REPORT_NAMES] }),
    title: z.string(),
    question: z.string(),
    theatre: z.string().nullable(),
    timeline: z.string().nullable(),
    seq: z.int().min(0),
    time: z.string().nullable().meta({ description: 'The latest accepted fact' }),
    until: z.string().nullable().meta({ description: 'Up to when durations were counted' }),
    machineVersion: z.string(),
    isHypothetical: z.boolean().meta({ description: 'Whether any what-if fact was folded' }),
    settings: z.strictObject({ footprintDays: z.int().min(0) }),
    tables: z.array(table),
  }),
);

export const reportList = named(
  'ReportList',
  'The reports that are offered',
  z.strictObject({
    items: z.array(z.strictObject({ name: z.string(), title: z.string(), question: z.string() })),
    next: z.null(),
  }),
);

export const referenceDocument = named(
  'Reference',
  'Public figures, precedents and places with their sources',
  referenceSchema,
);
