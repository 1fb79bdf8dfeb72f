import { FIELD_PREFIX, type HeaderField, jsonTextOf } from '../../events/binary-mode.ts';
import { MAX_EVENT_BYTES } from '../../events/limits.ts';
import { isJsonType } from '../../events/media-type.ts';
import { Problem } from './problem.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from './settings.ts';

/** How events come in a body: one, a JSON array of them, one a line, or (plain JSON) one or an array. */
type BodyForm = 'one' | 'array' | 'lines' | 'one-or-array';

/** The media types in which events are taken. */
export const EVENT_MEDIA_TYPES: ReadonlyMap<string, BodyForm> = new Map([
  ['application/cloudevents+json', 'one'],
  ['application/cloudevents-batch+json', 'array'],
  ['application/json', 'one-or-array'],
  ['application/x-ndjson', 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
  ['text/plain', 'lines'],
]);

const TAKEN = [...EVENT_MEDIA_TYPES.keys()].join(', ');
const ACCEPT_POST = { 'accept-post': TAKEN };

/** With which some editors and Windows programs begin a text in UTF-8. */
const BOM = [0xef, 0xbb, 0xbf];

export function maxBytesOf(mediaType: string | RegExp): number {
  const isOne = mediaType instanceof RegExp || EVENT_MEDIA_TYPES.get(mediaType) === 'one';
  return isOne ? MAX_EVENT_BYTES : MAX_BATCH_BYTES;
}

/** An event of a body, byte for byte; `line` counts from 1 and is null in an array. */
export interface SentEvent {
  readonly bytes: Uint8Array;
  readonly line: number | null;
}

export type SentEvents =
  | { readonly kind: 'one'; readonly bytes: Uint8Array }
  | { readonly kind: 'many'; readonly events: readonly SentEvent[] };

/** Other types of JSON, which the payload of an event in binary mode may be of. */
export const OTHER_JSON = /^application\/[^\s;]+\+json\b/i;

/**
 * Takes the events out of a body: each keeps the bytes that it was sent with, but for a byte order mark, and for one
 * in binary mode, which becomes JSON with what its header fields say. Throws a Problem for another media type or
 * charset, too many events, or an array that is no JSON.
 */
export function readEventBody(
  contentType: string | undefined,
  fields: readonly HeaderField[],
  sent: Buffer,
): SentEvents {
  const body = BOM.every((byte, index) => sent[index] === byte) ? sent.subarray(BOM.length) : sent;
  if (fields.length > 0) return { kind: 'one', bytes: readCarried(contentType, fields, body) };
  const form = formOf(contentType);
  if (form === 'lines') return { kind: 'many', events: limited(linesOf(body)) };
  if (form === 'array' || (form === 'one-or-array' && startsArray(body))) {
    requireJsonArray(body);
    return { kind: 'many', events: limited(elementsOf(body)) };
  }
  if (body.length > MAX_EVENT_BYTES) throw tooLarge(body.length);
  return { kind: 'one', bytes: body };
}

/** The JSON of an event with header fields of its own. */
function readCarried(
  contentType: string | undefined,
  fields: readonly HeaderField[],
  body: Buffer,
): Uint8Array {
  const [name = '', ...parameters] = partsOf(contentType);
  if (EVENT_MEDIA_TYPES.get(name) === 'array' || !isJsonType(name)) throw unsupportedData(name);
  requireUtf8(parameters);
  const bytes = jsonTextOf({ fields, contentType, body });
  if (bytes.length > MAX_EVENT_BYTES) throw tooLarge(bytes.length, ', its attributes included');
  return bytes;
}

function tooLarge(bytes: number, counted = ''): Problem {
  return new Problem('too-large', `${bytes} bytes; one event has at most ${MAX_EVENT_BYTES}${counted}.`);
}

/** The answer to a body in a form that is not taken. */
export function unsupported(found: string): Problem {
  return new Problem('unsupported-media-type', `${found}. Send UTF-8 as one of ${TAKEN}.`, {}, ACCEPT_POST);
}

/** The same to the payload of an event in binary mode. */
export function unsupportedData(mediaType: string): Problem {
  const found = mediaType === '' ? 'of no type' : JSON.stringify(mediaType);
  return new Problem(
    'unsupported-media-type',
    `This is a CloudEvent in binary mode (header fields ${FIELD_PREFIX}…), and its data is ${found}. Send the data as application/json, or the whole event as application/cloudevents+json without such fields.`,
    {},
    ACCEPT_POST,
  );
}

function formOf(contentType: string | undefined): BodyForm {
  const [name = '', ...parameters] = partsOf(contentType);
  const form = EVENT_MEDIA_TYPES.get(name);
  if (form === undefined) throw unsupported(`The body is ${JSON.stringify(name)}`);
  requireUtf8(parameters);
  return form;
}

/** The name of a media type and its parameters, in lower case. */
function partsOf(contentType = ''): string[] {
  return contentType.split(';').map((part) => part.trim().toLowerCase());
}

function requireUtf8(parameters: readonly string[]): void {
  for (const parameter of parameters) {
    if (parameter.startsWith('charset=') && !/^charset="?utf-?8"?$/.test(parameter)) {
      throw unsupported(`The body is in another encoding (${parameter})`);
    }
  }
}

const BYTE = {
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  tab: 0x09,
  quote: 0x22,
  comma: 0x2c,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

const isBlank = (byte: number | undefined): boolean =>
  byte === BYTE.space || byte === BYTE.tab || byte === BYTE.newline || byte === BYTE.return;

function startsArray(body: Buffer): boolean {
  return body.find((byte) => !isBlank(byte)) === BYTE.openBracket;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function requireJsonArray(body: Buffer): void {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(body));
  } catch (error) {
    const why = error instanceof SyntaxError ? `no JSON (${error.message})` : 'not UTF-8 text';
    throw new Problem(
      'malformed',
      `The array is ${why}, so no event of it was taken. Send JSON lines to have each judged alone.`,
    );
  }
  if (!Array.isArray(json)) throw new Problem('malformed', 'Expected a JSON array of CloudEvents.');
}

/** The elements of a JSON array that is known to be one: cut at its own commas, outside strings. */
function* elementsOf(json: Buffer): Generator<SentEvent> {
  let depth = 0;
  let isInString = false;
  let start = json.indexOf(BYTE.openBracket) + 1;
  for (let at = start - 1; at < json.length; at++) {
    const byte = json[at];
    if (isInString) {
      if (byte === BYTE.backslash) at += 1;
      else if (byte === BYTE.quote) isInString = false;
    } else if (byte === BYTE.quote) isInString = true;
    else if (byte === BYTE.openBracket || byte === BYTE.openBrace) depth += 1;
    else if (byte === BYTE.closeBracket || byte === BYTE.closeBrace) depth -= 1;

    const isEnd = depth === 0 && byte === BYTE.closeBracket;
    if (isEnd || (depth === 1 && byte === BYTE.comma && !isInString)) {
      const bytes = trimmed(json, start, at);
      if (bytes.length > 0) yield { bytes, line: null };
      start = at + 1;
    }
    if (isEnd) return;
  }
}

function* linesOf(body: Buffer): Generator<SentEvent> {
  let start = 0;
  for (let line = 1; start < body.length; line++) {
    const newline = body.indexOf(BYTE.newline, start);
    const end = newline === -1 ? body.length : newline;
    const bytes = trimmed(body, start, end);
    if (bytes.length > 0) yield { bytes, line };
    start = end + 1;
  }
}

function trimmed(body: Buffer, start: number, end: number): Uint8Array {
  let [from, to] = [start, end];
  while (from < to && isBlank(body[from])) from += 1;
  while (to > from && isBlank(body[to - 1])) to -= 1;
  return body.subarray(from, to);
}

function limited(events: Generator<SentEvent>): SentEvent[] {
  const list: SentEvent[] = [];
  for (const event of events) {
    if (list.length === MAX_BATCH_EVENTS) {
      throw new Problem(
        'too-large',
        `More than ${MAX_BATCH_EVENTS} events, so none was taken. Send them in parts.`,
      );
    }
    list.push(event);
  }
  return list;
}
