import { z } from 'zod';
import { warVariant } from '../../events/types/war.ts';
import { pathway, reliability } from '../../events/vocabulary.ts';
import { BASES } from '../log/port.ts';
import { perPathway } from '../readmodels/per-pathway.ts';
import { ACCOUNTS } from '../roll/accounts.ts';
import { REFUSAL_CODES } from '../roll/outcome.ts';
import { named } from './named-schemas.ts';

export const persons = z.int();
export const seq = z.int().min(0).meta({ description: "Place in the roll's log, from 1" });
export const textOrNull = z.string().nullable();
const pathwayOrNull = pathway.nullable();

const estimateFields = { low: persons, best: persons, high: persons };
export const estimate = named('Estimate', 'Persons: low ≤ best ≤ high', z.strictObject(estimateFields));

export const phase = named(
  'Phase',
  'Whether the war is on',
  z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('hostilities') }),
    z.strictObject({ name: z.literal('ended'), variant: warVariant, foreignTroopsBarred: z.boolean() }),
  ]),
);

const pathwayStrength = named(
  'PathwayStrength',
  'Who stands in a pathway, in how many contingents',
  z.strictObject({ ...estimateFields, contingents: z.int().min(0) }),
);

const distributionFields = {
  theatre: textOrNull,
  timeline: textOrNull,
  seq,
  time: textOrNull.meta({
    description: 'The latest time of an accepted event that is no correction; null if none',
  }),
  machineVersion: z
    .string()
    .meta({ description: 'Names the statecharts and the catalogue that decided this' }),
  phase,
  pathways: z
    .strictObject(perPathway(() => pathwayStrength))
    .meta({ description: 'All nine pathways, always' }),
  losses: z
    .strictObject({ killed: persons, missing: persons, wounded: persons })
    .meta({ description: 'The wounded stay on strength' }),
  unaccounted: persons,
  inflow: estimate.meta({ description: 'Deployed and reinforced' }),
  balance: persons.meta({
    description: 'inflow − (strength + killed + missing + unaccounted), on best: always 0',
  }),
  counts: z.strictObject({
    accepted: z.int().min(0),
    refused: z.int().min(0),
    duplicates: z.int().min(0),
    retracted: z.int().min(0),
  }),
};

export const distributionDocument = named(
  'Distribution',
  'The roll document without contingents, flows and refusals, and on what the roll rests',
  z.strictObject({
    ...distributionFields,
    basis: z.enum(BASES).nullable().meta({
      description:
        'Hypothetical as soon as a what-if counts in it, else as it was opened; null if it is unannounced',
    }),
  }),
);

export const contingentFields = {
  id: z.string(),
  state: z.string().meta({ description: 'Dotted name of the state: deployed.committed' }),
  pathway: pathwayOrNull.meta({ description: 'Null for a closed contingent' }),
  strength: estimate,
  killed: persons,
  missing: persons,
  wounded: persons,
  unaccounted: persons,
  parent: textOrNull.meta({ description: 'The contingent that this one was detached from' }),
  reliability,
};

export const contingentDocument = named(
  'Contingent',
  'A contingent as the roll shows it',
  z.strictObject(contingentFields),
);

const account = z.enum(ACCOUNTS);

const posting = named(
  'Posting',
  'Persons (best) moved from one account to another',
  z.strictObject({ from: account, to: account, persons }),
);

export const flow = named(
  'Flow',
  'Persons (best) that went from one account to another, net',
  z.strictObject({ from: account, to: account, persons }),
);

const refusalFields = {
  id: textOrNull,
  type: textOrNull,
  subject: textOrNull,
  code: z.enum(REFUSAL_CODES),
  message: z.string(),
};

export const refusal = named(
  'Refusal',
  'Why an event in the log was not applied',
  z.strictObject({ seq, ...refusalFields }),
);

export const unloggedRefusal = named(
  'UnloggedRefusal',
  'Why an event was not taken into the log',
  z.strictObject(refusalFields),
);

export const rollDocument = named(
  'Roll',
  'The muster roll: who stands on which pathway, and why',
  z.strictObject({
    ...distributionFields,
    contingents: z.array(contingentDocument).meta({ description: 'By id' }),
    flows: z.array(flow),
    refusals: z.array(refusal).meta({ description: 'By seq' }),
  }),
);

export const provenance = named(
  'Provenance',
  'The event behind a number: what it was, when, who said so and how far they are believed',
  z.strictObject({
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: textOrNull,
    time: z.string(),
    observedtime: z.string(),
    basis: z.string(),
    reporter: textOrNull,
    reporterkind: textOrNull,
    reporturl: textOrNull,
    reliability: textOrNull,
    credibility: z.number().nullable(),
    claim: z.string(),
    note: textOrNull,
  }),
);

export const moveFields = {
  contingent: z.string(),
  from: textOrNull.meta({ description: 'State before; null for a contingent that comes on the roll' }),
  to: z.string(),
  fromPathway: pathwayOrNull,
  toPathway: pathwayOrNull,
  strength: estimate.meta({ description: 'Strength afterwards' }),
  postings: z.array(posting),
};

export const transitionDocument = named(
  'Transition',
  'What an accepted event did',
  z.strictObject({
    seq,
    event: provenance,
    phase: phase.nullable().meta({ description: 'The phase that a theatre-wide fact led to, else null' }),
    moves: z.array(z.strictObject(moveFields)).meta({ description: 'In the order in which they happened' }),
  }),
);
