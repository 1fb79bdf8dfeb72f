import { z } from 'zod';
import { text } from '../vocabulary.ts';
import { type Figure, figureSchema, missingSchema, referenceId, statement } from './citation.ts';

/**
 * Whose money a figure is: what an employer or host pays for a head, what reaches the person, what the state
 * takes or earns. Figures of different measures are never compared.
 */
const measure = z.enum(['paid', 'kept', 'taken']);

const moneySchema = figureSchema.safeExtend({ measure });

/** An income beside which the read models set what troops earn. */
const streamSchema = z.strictObject({
  id: referenceId,
  name: text,
  /** What the stream is compared in; its figures of this measure make its range, the others explain it. */
  measure,
  unit: z.enum(['usd-per-head-month', 'usd-per-year']),
  /** Statements of the essay that it belongs to. */
  statements: z.array(statement).min(1),
  note: text.optional(),
  figures: z.array(moneySchema),
});

export const benchmarksSchema = z.strictObject({
  streams: z.array(streamSchema),
  missing: z.array(missingSchema),
});

export type Benchmarks = z.output<typeof benchmarksSchema>;
export type Stream = Benchmarks['streams'][number];

/** What a stream pays, in its own unit. */
export interface StreamRange {
  readonly low: number;
  readonly best: number;
  readonly high: number;
  /** The figure that `best` is taken from. */
  readonly bestFrom: Figure['id'];
}

/**
 * The range of a stream over its figures of its own measure: low and high are their extremes, best is the best
 * of the figure whose period ends last (of several, the last in the list). Dollars over a period count per
 * year. Null for a stream without a sourced figure: there is nothing to compare with, and a view says so.
 */
export function streamRange(stream: Stream): StreamRange | null {
  const own = stream.figures.filter(({ measure, unit }) => measure === stream.measure && unit !== 'share');
  const [first, ...rest] = own;
  if (first === undefined) return null;
  const latest = rest.reduce((best, figure) => (lastMonth(figure) >= lastMonth(best) ? figure : best), first);
  return {
    low: Math.min(...own.map((figure) => figure.low / yearsOf(figure))),
    best: latest.best / yearsOf(latest),
    high: Math.max(...own.map((figure) => figure.high / yearsOf(figure))),
    bestFrom: latest.id,
  };
}

/** By how many years a figure is divided to be one per year: 1 unless it is a sum over its period. */
function yearsOf(figure: Figure): number {
  return figure.unit === 'usd' ? (lastMonth(figure) - firstMonth(figure) + 1) / 12 : 1;
}

const firstMonth = ({ period }: Figure): number => monthOf(period.from, 1);
const lastMonth = ({ period }: Figure): number => monthOf(period.to, 12);

function monthOf(date: string, otherwise: number): number {
  const [year, month] = date.split('-');
  return Number(year) * 12 + (month === undefined ? otherwise : Number(month));
}
