import { z } from 'zod';
import { catalogueEntry } from '../../events/catalogue.ts';
import { readEvent } from '../../events/event.ts';
import { THEATRE_ENTITY } from '../../events/ids.ts';
import { type JsonSchema, jsonSchemaOf } from '../../events/json-schema.ts';
import type { Transition } from '../roll/outcome.ts';
import type { LiveRoll } from '../service/service.ts';
import type { WhatIf } from './documents.ts';
import { principalMove, Recorder, stepOf } from './recorder.ts';

const questionSchema = z.strictObject({
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  seq: z.int().min(0).optional(),
});

const namesSchema = z.object({
  absorbed: z.string().optional().catch(undefined),
  detachment: z.object({ id: z.string() }).optional().catch(undefined),
});

/** The form of an event's payload, as JSON Schema; null for a type that the catalogue does not have. */
export function payloadSchema(type: string): JsonSchema | null {
  const entry = catalogueEntry(type);
  return entry === undefined ? null : { title: entry.summary, ...jsonSchemaOf(entry.data, 'input') };
}

/** Judges an event that nobody has logged, after any entry of the roll; nothing is appended. */
export async function whatIf(roll: LiveRoll, subject: string, body: string): Promise<WhatIf> {
  const { type, data, seq = roll.summary.seq } = questionSchema.parse(JSON.parse(body));
  const isTheatreWide = subject === THEATRE_ENTITY || catalogueEntry(type)?.subject === 'none';
  const concerned = subject === THEATRE_ENTITY ? [] : [subject, ...othersIn(data)];
  const fold = await roll.refoldAbout(concerned, new Recorder(THEATRE_ENTITY), seq);
  const length = Math.min(seq, roll.summary.seq);
  const event = {
    specversion: '1.0',
    id: 'what-if',
    source: '/inspector',
    type,
    subject: isTheatreWide ? undefined : subject,
    time: fold.time ?? '1970-01-01T00:00:00Z',
    basis: 'hypothetical',
    data,
  };
  const read = readEvent(new TextEncoder().encode(JSON.stringify(event)), roll.summary.roll);
  if (!read.ok) {
    const { code, message, id } = read;
    return { kind: 'refused', refusal: { id, type, subject: event.subject ?? null, code, message } };
  }
  const theatre = fold.readModel.theatreAt(length);
  const standing = fold.contingents.get(subject);
  const verdict = fold.take({ kind: 'fact', seq: length + 1, event: read.event });
  if (verdict.kind === 'refused') return { kind: 'refused', refusal: verdict.refusal };
  const { transition } = verdict;
  const move = moveToShow(transition, subject);
  const step = stepOf({ transition, theatre, move }, standing);
  return { kind: 'accepted', subject: step.subject, taken: step.taken, to: step.to, moves: step.moves };
}

/** What a theatre-wide event does to the contingent that was asked about, else what the event is meant to do. */
function moveToShow(transition: Transition, subject: string) {
  const own = transition.moves.find(({ contingent }) => contingent === subject);
  return transition.theatre !== null && own !== undefined ? own : principalMove(transition);
}

/** The contingents that a payload names: one to be absorbed, or a part that leaves. */
function othersIn(data: unknown): string[] {
  const { absorbed, detachment } = namesSchema.parse(data);
  return [absorbed, detachment?.id].filter((id) => id !== undefined);
}
