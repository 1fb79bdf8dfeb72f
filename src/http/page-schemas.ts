import { z } from 'zod';
import { perPathway } from '../readmodels/per-pathway.ts';
import { named } from './named-schemas.ts';
import { rollSummary } from './roll-info-schemas.ts';
import {
  contingentDocument,
  contingentFields,
  estimate,
  flow,
  moveFields,
  persons,
  phase,
  provenance,
  refusal,
  seq,
  textOrNull,
} from './roll-schemas.ts';

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
    publishedfor: textOrNull.meta({
      description:
        'Whom it was published for over NATS, where it names somebody else and is refused for that',
    }),
  }),
);

const next = z
  .int()
  .nullable()
  .meta({ description: 'Hand this back as `after` for the next page; null on the last one' });

/** A page whose next one begins after a number. */
function page<S extends z.ZodType>(id: string, description: string, item: S) {
  return named(id, description, z.strictObject({ items: z.array(item), next }));
}

export const rollList = page('RollList', 'Every roll, by name', rollSummary);
export const eventsPage = page('EventsPage', 'A page of the log', loggedEvent);
export const refusalsPage = page('RefusalsPage', 'A page of refusals', refusal);
export const flowsPage = page('FlowsPage', 'All flows: there are few', flow);

export const historyPage = page('HistoryPage', 'A page of what happened to a contingent', sourcedStep);
export const seriesPage = page(
  'SeriesPage',
  'How each day ended on which something changed: best estimates, in persons',
  z.strictObject({
    day: z.string().meta({ description: 'In UTC: 2025-03-31' }),
    pathways: z.strictObject(perPathway(() => persons)),
    killed: persons,
    missing: persons,
    wounded: persons,
    unaccounted: persons,
  }),
);
export const claimsPage = page(
  'ClaimsPage',
  'What was published of casualties and strength: each stands alone, none is added to another',
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
);

export const groundsPage = page(
  'GroundsPage',
  'Events on which a headline of the roll rests',
  z.strictObject({
    seq,
    event: provenance,
    phase: phase.nullable().meta({ description: 'The phase that it led to, else null' }),
    strength: estimate.nullable().meta({ description: 'Whom it brought on the roll, else null' }),
  }),
);
