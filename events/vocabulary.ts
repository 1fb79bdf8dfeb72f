import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { contingentIdSchema } from './ids.ts';

/** The accounts in which a contingent can stand (DOMAIN 3), in the order in which every output lists them. */
export const PATHWAYS = [
  'deployed',
  'war-ended',
  'repatriated',
  're-educated',
  'garrisoned',
  'integrated',
  'pmc-transferred',
  'defected',
  'captured',
] as const;

export type Pathway = (typeof PATHWAYS)[number];

/** A string that says something: an empty one is malformed in every payload (DOMAIN 6). */
export const text = z.string().min(1, 'expected a text that is not empty');
export const texts = z.array(text);
export const amount = z.number().min(0, 'expected a number, 0 or more');
export const pathway = z.enum(PATHWAYS);
export const level = z.enum(['low', 'medium', 'high']);
export const reliability = z.enum(['reliable', 'mixed', 'suspect']);
export const contingentKind = z.enum([
  'special-forces',
  'infantry',
  'artillery',
  'engineer',
  'construction',
  'instructor',
  'other',
]);
export const territory = z.enum(['occupied', 'russia', 'other']);
export const leadership = z.enum(['russian', 'north-korean']);
export const garrisonRole = z.enum([
  'peacekeeping',
  'monitoring',
  'border-guard',
  'infrastructure-guard',
  'second-tier',
]);

/** The part that leaves its contingent before the event applies to it alone (DOMAIN 4). */
export const detachment = z.strictObject({
  id: contingentIdSchema,
  strength: estimateSchema,
  background: text.optional(),
  reliability: reliability.optional(),
});

export type Detachment = z.output<typeof detachment>;
