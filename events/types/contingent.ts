import { z } from 'zod';
import { define } from '../definition.ts';
import { estimateSchema, presentSchema } from '../estimate.ts';
import { contingentIdSchema } from '../ids.ts';
import {
  contingentKind,
  detachment,
  garrisonRole,
  leadership,
  level,
  reliability,
  territory,
  text,
  texts,
} from '../vocabulary.ts';

/** A payload of an event that may concern a named part of the contingent only (DOMAIN 4). */
function moving<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, detachment: detachment.optional() });
}

const about = <T extends string, S extends z.ZodType>(type: T, summary: string, data: S) =>
  define(type, 'contingent', 'required', summary, data);

const place = moving({ area: text.optional() });
const treatment = moving({ programme: text.optional(), place: text.optional() });
const journey = moving({ region: text, country: text.optional(), services: texts.optional() });
const asylum = moving({ host: text.optional() });

/** Facts about where a contingent goes and stands: they drive its statechart (DOMAIN 3). */
export const contingentEvents = [
  about(
    'contingent.deployed',
    'A contingent was sent: it comes on the roll',
    z.strictObject({
      strength: presentSchema,
      kind: contingentKind,
      origin: text,
      posture: z.enum(['staging', 'committed', 'rear']).optional(),
      area: text.optional(),
      background: text.optional(),
      reliability: reliability.optional(),
      command: z.enum(['russian', 'north-korean', 'joint']).optional(),
    }),
  ),
  about('contingent.committed', 'Committed to the fighting', place),
  about('contingent.withdrawn', 'Withdrawn to the rear', place),
  about(
    'contingent.repatriated',
    'Set off for home',
    moving({
      reason: z.enum(['war-end', 'rotation', 'medical', 'evacuation', 'host-wants-to-forget']).optional(),
      route: text.optional(),
      borderPorosity: level.optional(),
      surveillance: level.optional(),
    }),
  ),
  about('contingent.arrived', 'Arrived at home; screening begins', moving({ place: text.optional() })),
  about(
    'contingent.screened',
    'Screened after return, with an outcome',
    moving({
      outcome: z.enum(['cleared', 'honoured', 're-education', 'punishment']),
      conduct: text.optional(),
      method: text.optional(),
    }),
  ),
  about('contingent.honoured', 'Honoured as war heroes', treatment),
  about('contingent.reassigned', 'Given other duties at home', moving({ to: text.optional() })),
  about('contingent.re-educated', 'Sent to re-education', treatment),
  about('contingent.punished', 'Punished', treatment),
  about('contingent.released', 'Released from re-education or punishment', treatment),
  about('contingent.redeployed', 'Sent to the war again', place),
  about(
    'contingent.garrisoned',
    'Stationed as a garrison',
    moving({
      role: garrisonRole,
      area: text,
      territory,
      relieves: z.strictObject({ units: text, strength: estimateSchema }).optional(),
    }),
  ),
  about(
    'contingent.retasked',
    'A garrison was given another role, area or territory',
    moving({ role: garrisonRole.optional(), area: text.optional(), territory: territory.optional() }).refine(
      ({ role, area, territory: land }) => role !== undefined || area !== undefined || land !== undefined,
      { message: 'expected at least one of role, area, territory' },
    ),
  ),
  about(
    'contingent.integrated',
    'Integrated into Russian units',
    moving({ status: z.enum(['formal', 'informal']), region: text, hostUnit: text.optional() }),
  ),
  about('contingent.relocated', 'Moved to another region', journey),
  about('contingent.dispatched', 'Sent from a Russian unit to a proxy conflict', journey),
  about('contingent.recalled', 'Recalled from a proxy conflict', journey),
  about(
    'contingent.pmc-transferred',
    'Transferred to a private military company',
    moving({
      leadership,
      company: text,
      region: text,
      sponsor: text.optional(),
      country: text.optional(),
      quiet: z.boolean().optional(),
      services: texts.optional(),
    }),
  ),
  about(
    'contingent.leadership-changed',
    'The leadership of the private military company changed',
    moving({
      leadership,
      sponsor: text.optional(),
      company: text.optional(),
      region: text.optional(),
    }),
  ),
  about('contingent.defected', 'Defected', moving({ area: text.optional(), host: text.optional() })),
  about('contingent.recaptured', 'Defectors were caught', moving({ by: z.enum(['north-korea', 'russia']) })),
  about('contingent.asylum-sought', 'Defectors asked for asylum', moving({ host: text })),
  about('contingent.asylum-granted', 'Asylum was granted: resettled', asylum),
  about('contingent.asylum-refused', 'Asylum was refused: sent back', asylum),
  about('contingent.captured', 'Taken prisoner', moving({ by: text, area: text.optional() })),
  about('contingent.exchanged', 'Prisoners were exchanged', moving({ with: text.optional() })),
  about(
    'contingent.reinforced',
    'More troops joined the contingent',
    z.strictObject({ strength: presentSchema }),
  ),
  about('contingent.detached', 'A named part left the contingent', z.strictObject({ detachment })),
  about(
    'contingent.merged',
    'The contingent absorbed another of the same pathway',
    z.strictObject({ absorbed: contingentIdSchema }),
  ),
] as const;
