import { z } from 'zod';
import { catalogueEntry } from '../../events/catalogue.ts';
import { readEvent } from '../../events/event.ts';
import { THEATRE_ENTITY } from '../../events/ids.ts';
import { type JsonSchema, jsonSchemaOf } from '../../events/json-schema.ts';
import { type TransitionDocument, transitionDocument } from '../readmodels/transition-document.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { LiveRoll } from '../service/service.ts';
import { Recorder } from './recorder.ts';

const questionSchema = z.strictObject({
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  seq: z.int().min(0).optional(),
});

const namesSchema = z.object({
  absorbed: z.string().optional().catch(undefined),
  detachment: z.object({ id: z.string() }).optional().catch(undefined),
});

/** Where an event would lead. */
export type WhatIf =
  | {
      readonly kind: 'accepted';
      /** Of a fact about the theatre, without the contingents that it would move. */
      readonly transition: TransitionDocument;
      /** The transition of the chart that it takes. */
      readonly taken: string | null;
      readonly to: string | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Omit<Refusal, 'seq'> };

/** The form of an event's payload, as JSON Schema; null for a type that the catalogue does not have. */
export function payloadSchema(type: string): JsonSchema | null {
  const entry = catalogueEntry(type);
  return entry === undefined ? null : { title: entry.summary, ...jsonSchemaOf(entry.data, 'input') };
}

/** Judges an event that nobody has logged, after any entry of the roll; nothing is appended. */
export async function whatIf(roll: LiveRoll, subject: string, body: string): Promise<WhatIf> {
  const { type, data, seq = roll.summary.seq } = questionSchema.parse(JSON.parse(body));
  const isTheatre = subject === THEATRE_ENTITY;
  const concerned = isTheatre ? [] : [subject, ...othersIn(data)];
  const fold = await roll.refoldAbout(concerned, new Recorder(subject), seq);
  const place = Math.min(seq, roll.summary.seq) + 1;
  const event = {
    specversion: '1.0',
    id: 'what-if',
    source: '/inspector',
    type,
    subject: isTheatre ? undefined : subject,
    time: fold.time ?? '1970-01-01T00:00:00Z',
    basis: 'hypothetical',
    data,
  };
  const read = readEvent(new TextEncoder().encode(JSON.stringify(event)), roll.summary.roll);
  if (!read.ok) {
    const { code, message, id } = read;
    return { kind: 'refused', refusal: { id, type, subject: event.subject ?? null, code, message } };
  }
  const verdict = fold.take({ kind: 'fact', seq: place, event: read.event });
  if (verdict.kind === 'refused') return { kind: 'refused', refusal: verdict.refusal };
  const step = fold.readModel.steps.findLast((one) => one.seq === place);
  const transition = transitionDocument(verdict.transition);
  return { kind: 'accepted', transition, taken: step?.taken ?? null, to: step?.to ?? null };
}

/** The contingents that a payload names: one to be absorbed, or a part that leaves. */
function othersIn(data: unknown): string[] {
  const { absorbed, detachment } = namesSchema.parse(data);
  return [absorbed, detachment?.id].filter((id) => id !== undefined);
}
