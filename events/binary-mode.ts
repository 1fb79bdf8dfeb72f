import { ATTRIBUTE_NAME, envelopeSchema } from './envelope.ts';
import { isJsonType } from './media-type.ts';

/** A header field of a message: its name, in whatever case, and its value as text. */
export type HeaderField = readonly [name: string, value: string];

/** An event as a message carries it. */
export interface CarriedEvent {
  /** Those of its header fields that `attributeFields` gives. */
  readonly fields: readonly HeaderField[];
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** What the name of a header field with an attribute of the event begins with. */
export const FIELD_PREFIX = 'ce-';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** Attributes that are whole numbers in JSON; as header fields all are texts. */
const NUMBERS: ReadonlySet<string> = new Set(
  Object.entries(envelopeSchema.shape).flatMap(([name, schema]) =>
    schema.safeParse(1).success ? [name] : [],
  ),
);
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;
/** Members of the JSON that are no attributes, so no header field can be one. */
const NO_ATTRIBUTES: ReadonlySet<string> = new Set(['data', 'data_base64']);

/** Whether a header field, by its name, has an attribute of the event. */
export function isAttributeField(name: string): boolean {
  return name.slice(0, FIELD_PREFIX.length).toLowerCase() === FIELD_PREFIX;
}

/** Of a message's header fields those with attributes of an event, their names in lower case. */
export function attributeFields(fields: readonly HeaderField[]): HeaderField[] {
  return fields.flatMap(([name, value]) =>
    isAttributeField(name) ? [[name.toLowerCase(), value] as const] : [],
  );
}

/**
 * The JSON text of an event that a message carries in binary mode (CloudEvents' bindings for HTTP and NATS, 3.1), its
 * payload as it was written; of one that is JSON already, its body as it is. Total: what makes no event, such as a
 * field that is given twice, becomes a text that `readEvent` refuses for it, by name.
 */
export function jsonTextOf({ fields, contentType, body }: CarriedEvent): Uint8Array {
  if (fields.length === 0) return body;
  const text = textOf(body);
  const json = text === null ? undefined : parsed(text);
  if (text !== null && isStructured(contentType, json)) return withContradictions(fields, body, text, json);
  const members = membersOf(fields);
  const mediaType = members.get('datacontenttype');
  if (contentType !== undefined && mediaType === undefined) members.set('datacontenttype', contentType);
  const type = contentType ?? (typeof mediaType === 'string' ? mediaType : 'application/json');
  if (typeof mediaType === 'string' && contentType !== undefined && !isSameType(mediaType, contentType)) {
    members.set(`${FIELD_PREFIX}datacontenttype (not what Content-Type says)`, mediaType);
  }
  const written = [...members].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return encoder.encode(`{${[...written, ...payloadOf(body, text, json, type)].join()}}`);
}

/** The payload as a member of the JSON: as it was written if it is JSON, else as text or bytes, which are refused. */
function payloadOf(body: Uint8Array, text: string | null, json: unknown, mediaType: string): string[] {
  if (body.length === 0) return [];
  if (text === null || !isJsonType(mediaType)) return [`"data_base64":"${base64Of(body)}"`];
  return [`"data":${json === undefined ? JSON.stringify(text) : text}`];
}

/** The members that fields make; one that makes no attribute has a name that is none, and says why. */
function membersOf(fields: readonly HeaderField[]): Map<string, string | number> {
  const members = new Map<string, string | number>();
  for (const [field, value] of fields) {
    const name = field.slice(FIELD_PREFIX.length);
    const decoded = decodedValue(value);
    if (decoded === null) members.set(`${field} (not UTF-8)`, value);
    else if (!ATTRIBUTE_NAME.test(name) || NO_ATTRIBUTES.has(name)) members.set(field, decoded);
    else if (members.has(name)) members.set(`${field} (given twice)`, decoded);
    else members.set(name, NUMBERS.has(name) && WHOLE_NUMBER.test(decoded) ? Number(decoded) : decoded);
  }
  return members;
}

/** An event that is JSON already; fields that say something else than it does are put into it, to be refused. */
function withContradictions(
  fields: readonly HeaderField[],
  body: Uint8Array,
  text: string,
  json: unknown,
): Uint8Array {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return body;
  const other = [...membersOf(fields)].filter(
    ([name, value]) => String(Reflect.get(json, name)) !== String(value),
  );
  if (other.length === 0) return body;
  const written = other.map(([name, value]) => {
    const field = name.startsWith(FIELD_PREFIX) ? name : `${FIELD_PREFIX}${name} (not what the body says)`;
    return `${JSON.stringify(field)}:${JSON.stringify(value)}`;
  });
  const rest = text.trimStart().slice(1);
  return encoder.encode(`{${written.join()}${rest.trimStart().startsWith('}') ? '' : ','}${rest}`);
}

/** Whether a body is the whole event: its type says so, or it is JSON that no payload could be. */
function isStructured(contentType: string | undefined, json: unknown): boolean {
  if (/^\s*application\/cloudevents\b/i.test(contentType ?? '')) return true;
  return typeof json === 'object' && json !== null && 'specversion' in json;
}

/** A value of a header field, without quotes and percent-encoding (HTTP binding 3.1.3.2); null if it makes no text. */
function decodedValue(value: string): string | null {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  const bare = isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
  try {
    return bare.replaceAll(/(?:%[\da-f]{2})+/gi, decodeURIComponent);
  } catch {
    return null;
  }
}

function isSameType(one: string, other: string): boolean {
  const bare = (type: string) => type.replace(/;.*$/s, '').trim().toLowerCase();
  return bare(one) === bare(other);
}

/** Null if the bytes are no UTF-8; without a byte order mark. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function base64Of(bytes: Uint8Array): string {
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}
