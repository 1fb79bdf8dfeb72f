import { THEATRE_ENTITY } from '../../events/ids.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { LiveRoll } from '../service/service.ts';
import type { HistoryDocument, HistoryMoment } from './documents.ts';
import { MACHINES } from './machines.ts';
import { opennessIn } from './openness.ts';
import { type Happening, Recorder, stepOf } from './recorder.ts';

/** Moments of one answer. */
const WINDOW = 200;

type Occurrence =
  | { readonly seq: number; readonly happening: Happening }
  | { readonly seq: number; readonly refusal: Refusal };

/** A part of a history: by a place from 0, or by the id of an event that was accepted. */
export interface Sought {
  readonly at?: number;
  readonly event?: string;
}

/**
 * What happened to a contingent or a theatre, refusals too; without a subject what happened on the roll since it
 * branched off, event by event. Gives the part of the history that is sought (the end unless something is, or if
 * it is not there); null if the subject is not on the roll.
 */
export async function historyOf(
  roll: LiveRoll,
  subject: string | null,
  sought: Sought = {},
): Promise<HistoryDocument | null> {
  const length = roll.summary.seq;
  const concerned = subject === null ? null : subject === THEATRE_ENTITY ? [] : [subject];
  const { readModel: recorder } = await roll.refoldAbout(concerned, new Recorder(subject), length);
  if (subject !== null && subject !== THEATRE_ENTITY && recorder.happenings.length === 0) return null;
  const since = subject === null ? (roll.summary.base?.seq ?? 0) : 0;
  const occurrences = [
    ...recorder.happenings.map((happening) => ({ seq: happening.transition.seq, happening })),
    ...roll
      .refusals(0, length)
      .filter((refusal) => subject === null || subjectOf(refusal) === subject)
      .map((refusal) => ({ seq: refusal.seq, refusal })),
  ]
    .filter(({ seq }) => seq > since)
    .sort((a, b) => a.seq - b.seq);

  const total = occurrences.length;
  const place = Math.min(placeOf(occurrences, sought) ?? total, total);
  const first = Math.max(0, Math.min(place - WINDOW / 2, total - WINDOW));
  const shown = occurrences.slice(first, first + WINDOW);
  const moments = await Promise.all(
    shown.map((occurrence, index) => {
      // What can come next after the last of all is what can come next now.
      const isLast = first + index === total - 1;
      return withLogged(roll, momentOf(recorder, occurrence, isLast ? length : occurrence.seq));
    }),
  );
  return { roll: roll.summary.roll, subject, seq: length, total, first, moments };
}

function placeOf(occurrences: readonly Occurrence[], { at, event }: Sought): number | undefined {
  if (event === undefined) return at;
  const place = occurrences.findIndex(
    (one) => 'happening' in one && one.happening.transition.event.envelope.id === event,
  );
  return place < 0 ? undefined : place;
}

function momentOf(recorder: Recorder, occurrence: Occurrence, nextAfter: number): HistoryMoment {
  const { seq } = occurrence;
  const refusal = 'refusal' in occurrence ? occurrence.refusal : null;
  const asked = refusal === null ? null : subjectOf(refusal);
  const standing = (contingent: string) => recorder.contingentAt(contingent, seq);
  const step =
    'happening' in occurrence
      ? stepOf(occurrence.happening, standing(occurrence.happening.transition.event.subject ?? ''))
      : null;
  const subject = step?.subject ?? asked ?? THEATRE_ENTITY;
  const machine = subject === THEATRE_ENTITY ? 'theatre' : 'contingent';
  const at =
    step !== null
      ? { value: step.to, context: step.after }
      : machine === 'theatre'
        ? recorder.theatreAt(seq)
        : standing(subject);
  const { phase } = recorder.theatreAt(nextAfter).context;
  const openness = opennessIn(MACHINES[machine], at, phase);
  return {
    seq,
    recordedtime: null,
    subject,
    machine,
    step,
    refusal,
    logged: null,
    state: at.value,
    openness,
  };
}

async function withLogged(roll: LiveRoll, moment: HistoryMoment): Promise<HistoryMoment> {
  const [entry] = await roll.events(moment.seq - 1, 1);
  if (entry === undefined) return moment;
  const logged = moment.refusal === null ? null : (entry.event ?? entry.text);
  return { ...moment, recordedtime: entry.recordedtime, logged };
}

/** Whom a refused event was about; what says nothing of it is the theatre's. */
function subjectOf({ subject }: Refusal): string {
  return subject ?? THEATRE_ENTITY;
}
