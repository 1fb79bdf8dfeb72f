import { DATA_BASE64, readBase64Data } from './base64-data.ts';
import { FIELD_PREFIX } from './binary-mode.ts';
import { brief } from './brief.ts';
import { catalogueEntry, type EventOf, type EventType } from './catalogue.ts';
import { compiled } from './compiled.ts';
import { firstIssue } from './definition.ts';
import { ATTRIBUTE_NAME, envelopeSchema } from './envelope.ts';
import { type RollId, THEATRE_ENTITY } from './ids.ts';
import { MAX_EVENT_BYTES, MAX_EVENT_DEPTH } from './limits.ts';
import { upcast } from './upcasters.ts';

/** A well-formed event of the catalogue. */
export type MusterEvent = EventOf<EventType>;

/** An event that is none: what is wrong with it and, as far as it can be told, which one it is; in brief. */
export interface BadForm {
  readonly ok: false;
  readonly code: 'malformed' | 'unknown-type';
  /** JSON path, and what was expected there. */
  readonly message: string;
  readonly id: string | null;
  readonly type: string | null;
  readonly subject: string | null;
  /** Whom it was published for, where it names somebody else and that is what is wrong with it. */
  readonly publishedFor?: string;
}

export interface GoodForm {
  readonly ok: true;
  readonly event: MusterEvent;
  /**
   * The payload as written, in the shape of today: two events with one identity are compared by it (DOMAIN 7.2).
   */
  readonly written: Readonly<Record<string, unknown>>;
  /** The names of attributes that the envelope does not know. */
  readonly others: readonly string[];
}

export type Form = GoodForm | BadForm;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const parseEnvelope = compiled(envelopeSchema);
const KNOWN_NAMES: ReadonlySet<string> = new Set([...Object.keys(envelopeSchema.shape), 'data', DATA_BASE64]);
const PLACES = ['theatre', 'timeline'] as const;
const NONE: readonly string[] = [];
const NO_NAME = 'attribute names are lower-case letters and digits';
const NO_FIELD =
  'a header field that makes no attribute; send each once, named ce- and lower-case letters and digits, in UTF-8';

/**
 * Judges the form of an event (DOMAIN 7.1) from its JSON text. Total: whatever the bytes, it answers and never
 * throws. `home` says where the event is stored, `publishedFor` for which contingent, or the theatre, it was published
 * where that is known; an event that names another place or contingent is malformed.
 */
export function readEvent(bytes: Uint8Array, home: Partial<RollId> = {}, publishedFor?: string): Form {
  if (bytes.length > MAX_EVENT_BYTES) {
    return badForm('malformed', `$: ${bytes.length} bytes; an event has at most ${MAX_EVENT_BYTES}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    // How the parser words its complaint is Node's own affair, and the refusal must say the same everywhere.
    const why = error instanceof SyntaxError ? 'not JSON' : 'not UTF-8 text';
    return badForm('malformed', `$: ${why}; expected one CloudEvents JSON object`);
  }
  return judgeEvent(json, home, publishedFor);
}

/** As `readEvent`, for JSON that is parsed already. */
export function judgeEvent(json: unknown, home: Partial<RollId> = {}, publishedFor?: string): Form {
  if (!isObject(json)) return badForm('malformed', '$: expected one CloudEvents JSON object');
  let hasNull = false;
  let others = NONE;
  for (const name in json) {
    if (!KNOWN_NAMES.has(name)) {
      if (!ATTRIBUTE_NAME.test(name)) {
        return malformed(json, [name], name.startsWith(FIELD_PREFIX) ? NO_FIELD : NO_NAME);
      }
      others = [...others, name];
    }
    const value = json[name];
    if (nestsDeeperThan(MAX_EVENT_DEPTH, value)) {
      return malformed(json, [name], `nested deeper than ${MAX_EVENT_DEPTH} levels`);
    }
    hasNull ||= value === null;
  }
  const given = hasNull ? withoutNulls(json) : json;
  const payload = Object.hasOwn(given, DATA_BASE64) ? readBase64Data(given) : null;
  if (payload?.ok === false) return malformed(json, [payload.name], payload.message);
  if (nestsDeeperThan(MAX_EVENT_DEPTH, payload?.data)) {
    return malformed(json, [DATA_BASE64], `nested deeper than ${MAX_EVENT_DEPTH} levels`);
  }
  const attributes = payload === null ? given : { ...given, data: payload.data };

  const envelope = parseEnvelope(attributes);
  if (!envelope.success) {
    const { path, message } = firstIssue(envelope.error);
    return malformed(json, path, message);
  }
  for (const place of PLACES) {
    const named = envelope.data[place];
    const stored = home[place];
    if (named !== undefined && stored !== undefined && named !== stored) {
      return malformed(json, [place], `names "${named}" but is stored in "${stored}"`);
    }
  }
  const stray = strayAddress(attributes, publishedFor);
  if (stray !== null) {
    const { subject } = envelope.data;
    const named = subject === undefined ? 'no contingent' : `"${subject}"`;
    const message = `names ${named} but is published for "${stray}"`;
    return { ...malformed(json, ['subject'], message), publishedFor: stray };
  }
  const written = attributes['data'];
  if (!isObject(written)) return malformed(json, ['data'], 'expected the payload, an object');

  const entry = catalogueEntry(envelope.data.type);
  if (entry === undefined) {
    const message = `$.type: "${envelope.data.type}" is not in the catalogue; /asyncapi.json has the types there are`;
    return badForm('unknown-type', message, json);
  }
  // Of a correction it is the payload within that has a version: its target's type, found later, says of what.
  const upcasted: ReturnType<typeof upcast> =
    entry.scope === 'correction'
      ? { ok: true, data: written }
      : upcast(entry.type, envelope.data.schemaversion ?? 1, written);
  if (!upcasted.ok) return malformed(json, ['schemaversion'], upcasted.message);
  const { data } = upcasted;
  const reading = entry.read(envelope.data, data);
  return reading.ok
    ? { ok: true, event: reading.event, written: data, others }
    : malformed(json, reading.path, reading.message);
}

/**
 * Whom an event was published for, where it names another contingent, or none and is not the theatre's; null if it
 * names just that, or is no JSON object. Who may publish for one contingent moves no other.
 */
export function strayAddress(json: unknown, publishedFor: string | undefined): string | null {
  if (publishedFor === undefined || !isObject(json)) return null;
  return (json['subject'] ?? THEATRE_ENTITY) === publishedFor ? null : publishedFor;
}

/** A path as people write it: `$.data.detachment.id`, `$.data.topics[0]`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');
}

function malformed(json: Record<string, unknown>, path: readonly PropertyKey[], message: string): BadForm {
  return badForm('malformed', `${jsonPath(path)}: ${message}`, json);
}

function badForm(code: BadForm['code'], message: string, json: Record<string, unknown> = {}): BadForm {
  const given = (name: string): string | null => {
    const value = Object.hasOwn(json, name) ? json[name] : null;
    return typeof value === 'string' ? brief(value) : null;
  };
  return {
    ok: false,
    code,
    message: brief(message),
    id: given('id'),
    type: given('type'),
    subject: given('subject'),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nestsDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => nestsDeeperThan(levels - 1, inner));
  for (const key in value) if (nestsDeeperThan(levels - 1, Reflect.get(value, key))) return true;
  return false;
}

function withoutNulls(json: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}
