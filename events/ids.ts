import { z } from 'zod';

/** The form of every id of ours: theatre, timeline, contingent (DOMAIN 1). */
export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Where theatre-wide facts are addressed; therefore no contingent's id. */
export const THEATRE_ENTITY = 'theatre';

export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'expected an id: lower-case letters, digits and hyphens, at most 63, no leading hyphen');

export const contingentIdSchema = idSchema.refine((id) => id !== THEATRE_ENTITY, {
  message: `"${THEATRE_ENTITY}" addresses the theatre and is no contingent's id`,
});

/** A theatre on a timeline: the unit that has one log and one roll. */
export interface RollId {
  readonly theatre: string;
  readonly timeline: string;
}

/** `theatre.timeline`: the name of a roll in keys, subjects and on the command line. */
export function rollName(roll: RollId): string {
  return `${roll.theatre}.${roll.timeline}`;
}
