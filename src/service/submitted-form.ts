import { likelyMisspelt, misspelling } from '../../events/attribute-names.ts';
import { readEvent } from '../../events/event.ts';
import { ID_PATTERN, type RollId, THEATRE_ENTITY } from '../../events/ids.ts';
import type { OutgoingEvent } from '../log/port.ts';
import { impossibleDates } from '../readmodels/date-warnings.ts';
import type { Submission } from './service.ts';

/** An event that is handed in: what would be appended and what it makes one wonder about, or what is wrong with it. */
export type Form =
  | {
      readonly kind: 'good';
      readonly outgoing: OutgoingEvent;
      readonly warnings: readonly string[];
      readonly isCorrection: boolean;
    }
  | BadForm;
export type BadForm = Extract<Submission, { kind: 'bad-form' }>;

/** Reads an event that is handed in to a roll. */
export function readForm(roll: RollId, bytes: Uint8Array): Form {
  const form = readEvent(bytes, roll);
  if (!form.ok) {
    const { id, type, subject, code, message } = form;
    return { kind: 'bad-form', refusal: { id, type, subject, code, message } };
  }
  const { subject, envelope, scope } = form.event;
  const identity = `${envelope.source} ${envelope.id}`;
  const outgoing = { entity: subject ?? THEATRE_ENTITY, identity, bytes };
  const warnings = [
    ...likelyMisspelt(form.others).map(misspelling),
    ...impossibleDates(form.event, Date.now()),
  ];
  return { kind: 'good', outgoing, warnings, isCorrection: scope === 'correction' };
}

/** What is wrong with the name of a roll, or null. */
export function problemOf({ theatre, timeline }: RollId): string | null {
  for (const [place, id] of Object.entries({ theatre, timeline })) {
    if (!ID_PATTERN.test(id)) return `${JSON.stringify(id)} is no ${place} id: expected ${ID_PATTERN.source}`;
  }
  return null;
}

export function badForm(message: string): BadForm {
  return { kind: 'bad-form', refusal: { id: null, type: null, subject: null, code: 'malformed', message } };
}
