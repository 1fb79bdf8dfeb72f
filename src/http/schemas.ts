import { z } from 'zod';
import { idSchema } from '../../events/ids.ts';
import { warVariant } from '../../events/types/war.ts';
import { pathway, reliability } from '../../events/vocabulary.ts';
import { ACCOUNTS } from '../roll/accounts.ts';
import { REFUSAL_CODES } from '../roll/outcome.ts';

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

const persons = z.int();
export const seq = z.int().min(0).meta({ description: "Place in the roll's log, from 1" });
const textOrNull = z.string().nullable();
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
  pathways: z.record(pathway, pathwayStrength).meta({ description: 'All nine pathways, always' }),
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
  'The roll document without contingents, flows and refusals',
  z.strictObject(distributionFields),
);

const contingentFields = {
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

const contingentDocument = named(
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

const flow = named(
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

const moveFields = {
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

const sourcedStep = z.strictObject({ seq, ...moveFields, event: provenance });

export const contingentPage = named(
  'ContingentPage',
  'A contingent, what happened to it and its children',
  z.strictObject({
    contingent: contingentDocument,
    standing: z.record(z.string(), textOrNull).meta({ description: 'Where it stands and what it is' }),
    history: z.array(sourcedStep),
    children: z.array(z.string()).meta({ description: 'Contingents that were detached from this one' }),
  }),
);

const sourced = z.strictObject({ seq, event: provenance }).nullable();

export const contingentsPage = named(
  'ContingentsPage',
  'A page of contingents, by id',
  z.strictObject({
    items: z.array(
      z.strictObject({
        ...contingentFields,
        place: textOrNull.meta({ description: 'Where it stands, in a few words' }),
        children: z.int().min(0).meta({ description: 'How many were detached from it' }),
        last: sourced.meta({ description: 'The last event that concerned it' }),
        strengthFrom: sourced.meta({ description: 'The event that made its strength what it is' }),
      }),
    ),
    next: textOrNull.meta({
      description: 'Hand this back as `after` for the next page; null on the last one',
    }),
  }),
);

const basis = z.enum(['reported', 'assessed', 'hypothetical']);

export const rollSummary = named(
  'RollSummary',
  'A roll as the list of rolls shows it',
  z.strictObject({
    theatre: z.string(),
    timeline: z.string(),
    title: z.string(),
    basis,
    base: z
      .strictObject({ timeline: z.string(), seq })
      .nullable()
      .meta({ description: 'The timeline that this one branches from, and after which entry' }),
    seq,
    isCurrent: z
      .boolean()
      .meta({ description: 'Whether everything that was in the log at the start has been folded' }),
  }),
);

export const rollOpening = named(
  'RollOpening',
  'What a roll is, when it is made known',
  z.strictObject({
    title: z.string().min(1, 'expected a title').max(200, 'expected at most 200 characters'),
    basis,
    base: idSchema
      .nullable()
      .meta({ description: 'The timeline to branch from, at its head; null for a history of its own' }),
  }),
);

const loggedEvent = named(
  'LoggedEvent',
  'An entry of the log',
  z.strictObject({
    seq,
    recordedtime: z.string().meta({ description: 'When the log took it' }),
    event: z.unknown().meta({ description: 'The event as it was logged; null if it is no JSON' }),
    text: textOrNull.meta({ description: 'What was logged, if it is no JSON' }),
    base64: textOrNull.meta({
      description:
        'What was logged, byte for byte, where `event` or `text` written as UTF-8 would not be that',
    }),
  }),
);

const next = z
  .int()
  .nullable()
  .meta({ description: 'Hand this back as `after` for the next page; null on the last one' });

export const rollList = named(
  'RollList',
  'Every roll, by name',
  z.strictObject({ items: z.array(rollSummary), next }),
);
export const eventsPage = named(
  'EventsPage',
  'A page of the log',
  z.strictObject({ items: z.array(loggedEvent), next }),
);
export const refusalsPage = named(
  'RefusalsPage',
  'A page of refusals',
  z.strictObject({ items: z.array(refusal), next }),
);
export const flowsPage = named(
  'FlowsPage',
  'All flows: there are few',
  z.strictObject({ items: z.array(flow), next }),
);

export const historyPage = named(
  'HistoryPage',
  'A page of what happened to a contingent',
  z.strictObject({ items: z.array(sourcedStep), next }),
);
export const seriesPage = named(
  'SeriesPage',
  'How each day ended on which something changed: best estimates, in persons',
  z.strictObject({
    items: z.array(
      z.strictObject({
        day: z.string().meta({ description: 'In UTC: 2025-03-31' }),
        pathways: z.record(pathway, persons),
        killed: persons,
        missing: persons,
        wounded: persons,
        unaccounted: persons,
      }),
    ),
    next,
  }),
);
export const claimsPage = named(
  'ClaimsPage',
  'What was published of casualties and strength: each stands alone, none is added to another',
  z.strictObject({
    items: z.array(
      z.strictObject({
        seq,
        series: z.string().meta({ description: 'Whose running total; of a strength, who assessed it' }),
        measure: z.enum(['killed', 'wounded', 'total', 'strength']),
        cumulative: z
          .boolean()
          .nullable()
          .meta({ description: 'Whether it is a running total; null for a strength' }),
        value: estimate,
        event: provenance,
      }),
    ),
    next,
  }),
);

export const groundsPage = named(
  'GroundsPage',
  'Events on which a headline of the roll rests',
  z.strictObject({
    items: z.array(
      z.strictObject({
        seq,
        event: provenance,
        phase: phase.nullable().meta({ description: 'The phase that it led to, else null' }),
        strength: estimate.nullable().meta({ description: 'Whom it brought on the roll, else null' }),
      }),
    ),
    next,
  }),
);

export const accepted = named(
  'Accepted',
  'The event is in the log and the roll took it',
  z.strictObject({ kind: z.literal('accepted'), seq, transition: transitionDocument }),
);
export const duplicate = named(
  'Duplicate',
  'The event was in the log already',
  z.strictObject({
    kind: z.literal('duplicate'),
    seq,
    of: seq.meta({ description: 'The seq of the first one' }),
  }),
);
const outcome = z
  .enum(['not-taken', 'unknown'])
  .meta({ description: 'Unknown: it may be in the log. Send it again unchanged; it will count once' });

export const submission = named(
  'Submission',
  'The answer to an event that was handed in',
  z.discriminatedUnion('kind', [
    accepted,
    duplicate,
    z.strictObject({ kind: z.literal('bad-form'), refusal: unloggedRefusal }),
    z.strictObject({ kind: z.literal('refused'), refusal: unloggedRefusal }),
    z.strictObject({
      kind: z.literal('overtaken'),
      seq: seq.nullable(),
      refusal: refusal.nullable(),
      message: z.string(),
    }),
    z.strictObject({ kind: z.literal('unavailable'), outcome, message: z.string() }),
  ]),
);

export const BATCH_KINDS = [
  'accepted',
  'duplicate',
  'bad-form',
  'refused',
  'overtaken',
  'unavailable',
  'not-tried',
] as const;

const batchItem = z.strictObject({
  index: z.int().min(0).meta({ description: 'Place of the event among those sent, from 0' }),
  line: z.int().min(1).nullable().meta({ description: 'Its line, from 1; null if it came in an array' }),
  status: z.int().meta({ description: 'The status that the event alone would have got' }),
  kind: z
    .enum(BATCH_KINDS)
    .meta({ description: 'not-tried: the log became unavailable at an earlier event' }),
  seq: seq.nullable().meta({ description: 'Where it is in the log; null if it is not' }),
  of: seq.nullable().meta({ description: 'For a duplicate, the seq of the first one' }),
  refusal: unloggedRefusal.nullable(),
  message: textOrNull,
});

export type BatchItem = z.output<typeof batchItem>;

export const batchAnswer = named(
  'BatchAnswer',
  'The verdict on each event, in the order in which they came',
  z.strictObject({ items: z.array(batchItem) }),
);

export const health = named('Health', 'The process answers', z.strictObject({ status: z.literal('ok') }));
export const readiness = named(
  'Readiness',
  'Every roll is current and the log can be reached',
  z.strictObject({ status: z.literal('ready') }),
);

export const problemDocument = named(
  'Problem',
  'A problem document (RFC 9457)',
  z.strictObject({
    type: z.string().meta({ description: 'urn:problem-type:muster: and the kind of problem' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong here, and what to do about it' }),
    errors: z
      .array(
        z.strictObject({ in: z.enum(['path', 'query', 'header']), name: z.string(), detail: z.string() }),
      )
      .optional()
      .meta({ description: 'The places in the request that do not fit' }),
    refusal: z.union([unloggedRefusal, refusal]).optional(),
    seq: seq.nullable().optional().meta({ description: 'Where the event is in the log; null if it is not' }),
    outcome: outcome.optional(),
  }),
);

export type ProblemDocument = z.output<typeof problemDocument>;
