import { z } from 'zod';
import { define } from '../definition.ts';
import { estimateSchema, personsSchema } from '../estimate.ts';
import { amount, pathway, text, texts } from '../vocabulary.ts';

const known = <T extends string, S extends z.ZodType>(type: T, summary: string, data: S) =>
  define(type, 'information', 'optional', summary, data);

const ofContingent = <T extends string, S extends z.ZodType>(type: T, summary: string, data: S) =>
  define(type, 'information', 'required', summary, data);

const movement = z.strictObject({
  strength: estimateSchema,
  pathway: pathway.optional(),
  area: text.optional(),
});
const deployment = z.strictObject({ by: text.optional() });
const compensation = z.strictObject({
  kind: z.enum(['weapons', 'fuel', 'cash', 'goods', 'food', 'technology', 'training']),
  quantity: amount.optional(),
  unit: text.optional(),
  payer: text.optional(),
  months: amount.optional(),
});
const sanction = z.strictObject({ by: texts, target: text });
const patron = z.strictObject({ patron: text, matter: text.optional() });

/** Facts that move nobody and feed the consequence read models (DOMAIN 6). */
export const informationEvents = [
  known(
    'casualty.claimed',
    "A published casualty figure: one source's running total, never added to another's",
    z.strictObject({
      series: text,
      measure: z.enum(['killed', 'wounded', 'total']),
      cumulative: z.boolean(),
      value: estimateSchema,
    }),
  ),
  known('movement.announced', 'A movement was announced: it moves nobody', movement),
  known('movement.assessed', 'A movement was assessed by somebody: it moves nobody', movement),
  known(
    'strength.assessed',
    'Somebody put a number on a strength',
    z.strictObject({ strength: estimateSchema, area: text.optional() }),
  ),
  known('deployment.confirmed', 'A third party confirmed the deployment', deployment),
  known('deployment.acknowledged', 'A side of the war acknowledged the deployment', deployment),
  known('deployment.denied', 'The deployment was denied', deployment),
  known(
    'defection.signalled',
    'Somebody showed the wish to defect',
    z.strictObject({ count: personsSchema.optional(), host: text.optional() }),
  ),
  known('compensation.delivered', 'Payment in kind or cash was delivered', compensation),
  known('compensation.withheld', 'Payment in kind or cash was withheld', compensation),
  known('compensation.claimed', 'Somebody said what is paid', compensation),
  known(
    'revenue.accrued',
    'The troops earned revenue, of which the state takes a share',
    z.strictObject({
      stream: text,
      grossUsd: z.int('expected whole US dollars').min(0, 'expected US dollars, 0 or more'),
      stateShare: z.number().min(0, 'expected a share from 0 to 1').max(1, 'expected a share from 0 to 1'),
      period: text,
      medium: text.optional(),
      linked: texts.optional(),
    }),
  ),
  known(
    'contract.signed',
    'A contract for services was signed',
    z.strictObject({ services: texts, client: text, usd: amount.optional() }),
  ),
  known('sanction.alleged', 'A breach of sanctions was alleged', sanction),
  known('sanction.imposed', 'Sanctions were imposed', sanction),
  known(
    'law.challenged',
    'A question of law was raised in a forum',
    z.strictObject({ forum: text, question: text }),
  ),
  known('patron.objected', 'A patron state objected', patron),
  known('patron.acquiesced', 'A patron state let it pass', patron),
  ofContingent(
    'exposure.revealed',
    "The contingent's presence was exposed",
    z.strictObject({ evidence: text, by: text.optional() }),
  ),
  ofContingent(
    'monitoring.tightened',
    'The contingent is watched more closely',
    z.strictObject({ level: z.enum(['light', 'tight']) }),
  ),
  known(
    'friction.reported',
    'Friction with the host',
    z.strictObject({ kind: text, severity: z.enum(['low', 'high', 'critical']) }),
  ),
  known(
    'dissent.observed',
    'Dissent: it spreads, is coordinated, or acts',
    z.strictObject({ topics: texts, scope: z.enum(['spread', 'coordinate', 'act']) }),
  ),
  known('propaganda.aired', 'Propaganda was aired', z.strictObject({ theme: text, outlet: text.optional() })),
  known(
    'pressure.signalled',
    'Pressure was put on somebody',
    z.strictObject({ target: texts, style: text.optional() }),
  ),
  known('diplomatic.protested', 'States protested', z.strictObject({ by: texts, forum: text.optional() })),
  known('milestone.reached', 'A milestone was reached', z.strictObject({ kind: text })),
  known(
    'assessment.made',
    "An analyst's own judgement on a scale from 0 to 3",
    z.strictObject({
      about: text,
      scale: text,
      value: z.int().min(0, 'expected 0 to 3').max(3, 'expected 0 to 3'),
      why: text,
    }),
  ),
] as const;
