import { isObject } from '../../events/event.ts';
import { isBlank, JsonFault, JsonScanner, type ValueLayout } from './json-values.ts';

/**
 * How a file is laid out: `lines`, a JSON value on each; JSON values over several lines, or in one `array`; a
 * scenario `script`; `text` that begins as none of these; `empty`.
 */
export type FileLayout = 'lines' | ValueLayout | 'script' | 'text' | 'empty';

/** Within this many bytes the first value of a file ends, or it is none that is read. */
const LOOKED_AT = 2 * 1_048_576;
/** Within this many a script has its first keys, whatever comments stand before them. */
const SCRIPT_LOOKED_AT = 65_536;
const NEWLINE = 0x0a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

const SCRIPT_KEY = '["\']?(scenario|title|theatre|extends|basis|defaults|events)["\']?\\s*:';
const SCRIPT_LINES = new RegExp(`^${SCRIPT_KEY}`, 'gm');
const SCRIPT_IN_BRACES = new RegExp(`^\\s*\\{\\s*${SCRIPT_KEY}`);

const lenient = new TextDecoder();

/** Tells from how a file begins (as UTF-8, without byte order mark) how it is laid out; null: more of it is needed to tell. */
export function layoutOf(start: Uint8Array, isWhole: boolean): FileLayout | null {
  const from = start.findIndex((byte) => !isBlank(byte));
  const isAll = isWhole || start.length >= LOOKED_AT;
  if (from < 0) return isWhole ? 'empty' : isAll ? 'text' : null;
  const newline = start.indexOf(NEWLINE, from);
  if (newline < 0 && !isAll) return null;

  const end = newline < 0 ? start.length : newline;
  const line = parsed(start.subarray(from, end));
  if (Array.isArray(line)) {
    if (start.subarray(end).some((byte) => !isBlank(byte))) return 'lines';
    return isAll ? 'array' : null;
  }
  if (line !== undefined) return isScript(line) ? 'script' : 'lines';

  const first = start[from];
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    const layout = first === OPEN_BRACE ? 'values' : 'array';
    const value = firstValue(start.subarray(from), layout);
    if (value === undefined && !isAll) return null;
    if (value instanceof Uint8Array) return isScript(parsed(value)) ? 'script' : layout;
    if (value === 'none') return layout;
  }
  const text = lenient.decode(start.subarray(0, SCRIPT_LOOKED_AT));
  if (SCRIPT_IN_BRACES.test(text) || (text.match(SCRIPT_LINES)?.length ?? 0) > 1) return 'script';
  return isAll || start.length >= SCRIPT_LOOKED_AT ? 'text' : null;
}

/** Whether the first JSON value of a file of that layout is meant as an event. */
export function beginsWithEvent(start: Uint8Array, layout: 'lines' | ValueLayout): boolean {
  const text = start.subarray(
    Math.max(
      0,
      start.findIndex((byte) => !isBlank(byte)),
    ),
  );
  if (layout === 'lines') {
    const newline = text.indexOf(NEWLINE);
    return isMeantAsEvent(parsed(newline < 0 ? text : text.subarray(0, newline)));
  }
  const value = firstValue(text, layout);
  return value instanceof Uint8Array && isMeantAsEvent(parsed(value));
}

/** Whether a value is a CloudEvent, however faulty, or a line that only exports have. */
export function isMeantAsEvent(json: unknown): boolean {
  if (!isObject(json)) return false;
  return (
    ['specversion', 'muster', 'musterroll'].some((name) => name in json) || ('type' in json && 'data' in json)
  );
}

/** The value that bytes are, or undefined if they are no JSON. */
export function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(lenient.decode(bytes));
  } catch {
    return undefined;
  }
}

/** The first value; `none` in an array without one; `broken` if it is no JSON; undefined if it does not end here. */
function firstValue(start: Uint8Array, layout: ValueLayout): Uint8Array | 'none' | 'broken' | undefined {
  const scanner = new JsonScanner(layout);
  try {
    for (const value of scanner.take(start)) return value;
    return scanner.isOver ? 'none' : undefined;
  } catch (error) {
    if (error instanceof JsonFault) return 'broken';
    throw error;
  }
}

function isScript(json: unknown): boolean {
  return isObject(json) && Array.isArray(json['events']) && !('specversion' in json);
}
