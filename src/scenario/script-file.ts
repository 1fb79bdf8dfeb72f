import { createReadStream } from 'node:fs';
import { encodingOf } from './encoding.ts';
import { beginsWithEvent, layoutOf } from './file-layout.ts';
import { foreignBytes, foreignFile } from './foreign-file.ts';

/** A script whose bytes are at hand, and what to call it. */
export interface GivenScript {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What a script says, or a sentence why a file is none. */
export type ScriptText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** The longest script taken, in characters: ten thousand events and more. */
export const MAX_SCRIPT_LENGTH = 4 * 1024 * 1024;

/** No script is longer in bytes, so no more of a file is read. */
const LONGEST_FILE = 3 * MAX_SCRIPT_LENGTH;

const EVENTS =
  'this holds events, and what is read here is a scenario script: muster replay folds them, POST …/events takes them, and muster play takes what muster export wrote';

/** Whether a file is called as scripts are. */
export function isScriptName(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

/** The bytes of a script, no more of them than show that it is too long. */
export async function scriptBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > LONGEST_FILE) break;
  }
  return Buffer.concat(parts);
}

/** The text of a script on disk. */
export async function readScriptFile(file: string): Promise<ScriptText> {
  try {
    return scriptText({ file, bytes: await scriptBytes(createReadStream(file)) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return no('there is no such file');
    if (code === 'EISDIR') return no('this is a directory; name a script in it');
    return no(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The text of a script: UTF-8, or UTF-16 with its mark. What is clearly something else is told for what it is. */
export function scriptText({ file, bytes }: GivenScript): ScriptText {
  const isTooLong = bytes.length > LONGEST_FILE;
  let text: string;
  try {
    // What was cut may end within a character.
    text = new TextDecoder(encodingOf(bytes), { fatal: !isTooLong }).decode(bytes);
  } catch {
    return no(foreignBytes(bytes) ?? 'not UTF-8 text; save it as UTF-8');
  }
  const start = Buffer.from(text);
  const layout = layoutOf(start, true);
  switch (layout) {
    case 'lines':
    case 'array':
    case 'values':
      if (beginsWithEvent(start, layout)) return no(EVENTS);
      return isScriptName(file) ? { ok: true, text } : no(foreignFile(file, start));
    case 'text':
      if (!isScriptName(file) || text.includes('\0')) return no(foreignFile(file, start));
      break;
    case 'script':
    case 'empty':
    case null:
      break;
    default:
      layout satisfies never;
  }
  if (isTooLong) {
    return no(
      `more than ${LONGEST_FILE} bytes; a script has at most ${MAX_SCRIPT_LENGTH} characters. Split it`,
    );
  }
  return { ok: true, text };
}

function no(message: string): ScriptText {
  return { ok: false, message };
}
