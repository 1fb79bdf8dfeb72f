import { z } from 'zod';
import { strayAddress } from '../../events/event.ts';
import { idSchema } from '../../events/ids.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import { BASES, type LogEntry, type RollInfo } from '../log/port.ts';
import { PUBLISHED_FOR } from '../log/subjects.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

// An export has each roll from the oldest base on: its own entries, each a line, of which the first says which roll it
// is. An event is its own line, so that whoever reads CloudEvents reads exports; what can't be one (no JSON object, or
// one that looks like our lines, or was published for somebody else than it names) is wrapped. Only a roll without entries has a line that is none.

/** What an export says of a roll. */
const rollSchema = z.strictObject({
  theatre: idSchema,
  timeline: idSchema,
  title: z.string(),
  basis: z.enum(BASES).nullable(),
  base: z.strictObject({ timeline: idSchema, seq: z.int().min(0) }).nullable(),
});

/** A roll that has no entry to say it. */
const emptyRollSchema = rollSchema.extend({ muster: z.literal('roll') });

/** An entry that is no event, or none that others may take for one: its bytes. */
const wrappedSchema = z.strictObject({
  muster: z.literal('bytes'),
  base64: z.base64(),
  publishedfor: z.string().regex(PUBLISHED_FOR).optional(),
  roll: rollSchema.optional(),
});

const ours = z.discriminatedUnion('muster', [emptyRollSchema, wrappedSchema]);
/** How our own lines begin, and no entry's does: one that would is wrapped. */
const OUR_BEGINNINGS = ['{"muster":"roll"', '{"muster":"bytes"'].map((text) => Buffer.from(text));

/** Ends an event that is the first of its roll: the roll as JSON, in a string, as attributes of CloudEvents are. */
const ROLL_ATTRIBUTE = ',"musterroll":"';

/** What a line of an export says: which roll begins here, an entry, or both. */
export interface ExportLine {
  readonly roll: RollInfo | null;
  readonly bytes: Uint8Array | null;
  /** Whom the entry was published for, where its event names somebody else. */
  readonly publishedFor: string | null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The line, without its line feed, of a roll that has no entries of its own. */
export function emptyRollLine(info: RollInfo): string {
  return JSON.stringify({ muster: 'roll', ...written(info) });
}

/**
 * The line, without its line feed, that keeps an entry: an event as it was written, with the time at which the log
 * took it as its attribute `recordedtime` unless it has one; anything else byte for byte, as base64, and so an event
 * that the roll refuses for whom it was published for: nobody else can tell. `first`: the roll, if this is its first
 * own entry.
 */
export function entryLine(
  { bytes, recordedTime, publishedFor }: Pick<LogEntry, 'bytes' | 'recordedTime' | 'publishedFor'>,
  first: RollInfo | null,
): string {
  const json = jsonOf(bytes);
  const stray = json === null ? null : strayAddress(json.value, publishedFor);
  const line = json === null || stray !== null ? null : eventLine(json, recordedTime);
  if (line !== null && !isOurs(Buffer.from(line)) && Buffer.byteLength(line) <= MAX_EVENT_BYTES) {
    if (first === null) return line;
    const roll = JSON.stringify(JSON.stringify(written(first)));
    return `${line.slice(0, -1)}${ROLL_ATTRIBUTE}${roll.slice(1)}}`;
  }
  const wrapped: z.input<typeof wrappedSchema> = {
    muster: 'bytes',
    base64: Buffer.from(bytes).toString('base64'),
    ...(stray === null ? {} : { publishedfor: stray }),
    ...(first === null ? {} : { roll: written(first) }),
  };
  return JSON.stringify(wrapped);
}

/** What a line of an export, or of any file of events, says. Ends the command on one of ours that is damaged. */
export function parseLine(line: Uint8Array): ExportLine {
  const buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const end = buffer.lastIndexOf(ROLL_ATTRIBUTE);
  if (end > 0) {
    const said = parseJson(`{${buffer.toString('utf8', end + 1)}`);
    const { data } = z.strictObject({ musterroll: z.string() }).safeParse(said);
    // It stands somewhere else in an event that is none of ours.
    if (data === undefined) return { roll: null, bytes: line, publishedFor: null };
    const roll = checked(rollSchema.safeParse(parseJson(data.musterroll)), buffer);
    const bytes = Buffer.concat([buffer.subarray(0, end), Buffer.from('}')]);
    return { roll: infoOf(roll), bytes, publishedFor: null };
  }
  if (!isOurs(line)) return { roll: null, bytes: line, publishedFor: null };
  const data = checked(ours.safeParse(parseJson(buffer.toString())), buffer);
  if (data.muster === 'roll') return { roll: infoOf(data), bytes: null, publishedFor: null };
  const { roll, base64, publishedfor = null } = data;
  return {
    roll: roll ? infoOf(roll) : null,
    bytes: Buffer.from(base64, 'base64'),
    publishedFor: publishedfor,
  };
}

function checked<T>(parsed: z.ZodSafeParseResult<T>, line: Buffer): T {
  if (parsed.success) return parsed.data;
  const start = printable(line.toString('utf8', 0, 60));
  throw new CommandFailure(
    EXIT.inputWrong,
    `a line of this export is damaged: ${start}…; export the roll again`,
  );
}

function written({ roll: { theatre, timeline }, title, basis, base }: RollInfo): z.input<typeof rollSchema> {
  return { theatre, timeline, title, basis, base };
}

function infoOf({ theatre, timeline, title, basis, base }: z.output<typeof rollSchema>): RollInfo {
  return { roll: { theatre, timeline }, title, basis, base };
}

function isOurs(line: Uint8Array): boolean {
  return (
    Buffer.from(line).includes(ROLL_ATTRIBUTE) ||
    OUR_BEGINNINGS.some((beginning) => beginning.equals(line.subarray(0, beginning.length)))
  );
}

/** A JSON object as it is written, and read. */
interface JsonText {
  readonly text: string;
  readonly value: object;
}

function jsonOf(bytes: Uint8Array): JsonText | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return null;
  }
  const value = parseJson(text);
  return typeof value !== 'object' || value === null || Array.isArray(value) ? null : { text, value };
}

/** An event on one line. */
function eventLine({ text, value }: JsonText, recordedTime: string): string {
  // In JSON a line break stands between tokens only. Parsed and written again, large numbers would change.
  const line = text.replaceAll(/[\r\n]/g, ' ').trim();
  if (Object.hasOwn(value, 'recordedtime')) return line;
  const comma = Object.keys(value).length === 0 ? '' : ',';
  return `${line.slice(0, -1)}${comma}"recordedtime":${JSON.stringify(recordedTime)}}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
