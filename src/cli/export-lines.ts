import { z } from 'zod';
import { idSchema } from '../../events/ids.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import type { LogEntry, RollInfo } from '../log/port.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

// An export has, for each roll from the oldest base on, a line that says which roll it is, then its own entries, each
// a line. An event is its own line; what can't be one (no JSON object, or one that begins as our lines do) is wrapped.

/** A line that says which roll the entries after it belong to. */
const rollLineSchema = z.strictObject({
  muster: z.literal('roll'),
  theatre: idSchema,
  timeline: idSchema,
  title: z.string(),
  basis: z.enum(['reported', 'assessed', 'hypothetical']),
  base: z.strictObject({ timeline: idSchema, seq: z.int().min(0) }).nullable(),
});

/** An entry that is no event, or none that fits a line: its bytes. */
const wrappedSchema = z.strictObject({ muster: z.literal('bytes'), base64: z.base64() });

const ours = z.discriminatedUnion('muster', [rollLineSchema, wrappedSchema]);
/** How our own lines begin, and no entry's does: one that would is wrapped. */
const OUR_BEGINNINGS = ['{"muster":"roll"', '{"muster":"bytes"'].map((text) => Buffer.from(text));

/** A line of an export. */
export type ExportLine =
  | { readonly kind: 'roll'; readonly info: RollInfo }
  | { readonly kind: 'entry'; readonly bytes: Uint8Array };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The line, without its line feed, that names a roll. */
export function rollLine({ roll: { theatre, timeline }, title, basis, base }: RollInfo): string {
  const line: z.input<typeof rollLineSchema> = { muster: 'roll', theatre, timeline, title, basis, base };
  return JSON.stringify(line);
}

/**
 * The line, without its line feed, that keeps an entry: an event as it was written, with the time at which the log
 * took it as its attribute `recordedtime` unless it has one; anything else byte for byte, as base64.
 */
export function entryLine({ bytes, recordedTime }: Pick<LogEntry, 'bytes' | 'recordedTime'>): string {
  const line = eventLine(bytes, recordedTime);
  if (line !== null && !isOurs(Buffer.from(line)) && Buffer.byteLength(line) <= MAX_EVENT_BYTES) return line;
  const wrapped: z.input<typeof wrappedSchema> = {
    muster: 'bytes',
    base64: Buffer.from(bytes).toString('base64'),
  };
  return JSON.stringify(wrapped);
}

/** What a line of an export, or of any file of events, says. Ends the command on one of ours that is damaged. */
export function parseLine(line: Uint8Array): ExportLine {
  if (!isOurs(line)) return { kind: 'entry', bytes: line };
  const parsed = ours.safeParse(parseJson(Buffer.from(line).toString()));
  if (!parsed.success) {
    const start = printable(Buffer.from(line).toString('utf8', 0, 60));
    throw new CommandFailure(EXIT.inputWrong, `a line of this export is damaged: ${start}…`);
  }
  const { data } = parsed;
  if (data.muster === 'bytes') return { kind: 'entry', bytes: Buffer.from(data.base64, 'base64') };
  const { theatre, timeline, title, basis, base } = data;
  return { kind: 'roll', info: { roll: { theatre, timeline }, title, basis, base } };
}

function isOurs(line: Uint8Array): boolean {
  return OUR_BEGINNINGS.some((beginning) => beginning.equals(line.subarray(0, beginning.length)));
}

/** An event on one line, or null for what is no JSON object. */
function eventLine(bytes: Uint8Array, recordedTime: string): string | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return null;
  }
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  // In JSON a line break stands between tokens only. Parsed and written again, large numbers would change.
  const line = text.replaceAll(/[\r\n]/g, ' ').trim();
  if (Object.hasOwn(json, 'recordedtime')) return line;
  const comma = Object.keys(json).length === 0 ? '' : ',';
  return `${line.slice(0, -1)}${comma}"recordedtime":${JSON.stringify(recordedTime)}}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
