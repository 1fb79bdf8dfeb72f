import { asUtf8 } from '../scenario/encoding.ts';
import { type FileLayout, isMeantAsEvent, layoutOf, parsed } from '../scenario/file-layout.ts';
import { foreignBytes, foreignFile } from '../scenario/foreign-file.ts';
import { JsonFault, jsonValues } from '../scenario/json-values.ts';
import { isScriptName, scriptBytes } from '../scenario/script-file.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { jsonLines } from './json-lines.ts';
import { printable } from './printable.ts';
import { openRereadable } from './rereadable.ts';

/** A file, or stdin, that has something for us: known by what is in it. */
export type InputFile =
  | {
      readonly kind: 'events';
      readonly name: string;
      readonly layout: 'lines' | 'array' | 'values';
      /** The events as they are written, from the first, each on a line. What can't be read ends the command. */
      events(): AsyncGenerator<Uint8Array>;
      dispose(): Promise<void>;
    }
  | {
      readonly kind: 'script';
      readonly name: string;
      /** All of it. */
      bytes(): Promise<Uint8Array>;
      dispose(): Promise<void>;
    };

/** Where the first event of a file has to be: it may be long, and so may what is wrong before it. */
const FIRST_EVENT_WITHIN = 128 * 1_048_576;

/** What a file is called where people read it: `-` is stdin. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** Opens a file of events or a script; what is neither ends the command with what it is. */
export async function openInput(file: string): Promise<InputFile> {
  const name = nameOf(file);
  try {
    const bytes = await openRereadable(file);
    try {
      return await known(
        name,
        () => asUtf8(bytes.read()),
        () => bytes.dispose(),
      );
    } catch (error) {
      await bytes.dispose();
      throw error;
    }
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function known(
  name: string,
  read: () => AsyncGenerator<Uint8Array>,
  dispose: () => Promise<void>,
): Promise<InputFile> {
  const { start, layout } = await beginningOf(read());
  if (layout === 'empty') throw new Unfit('this is empty: there is no event in it');
  if (layout === 'script' || (layout === 'text' && isScriptName(name))) {
    return { kind: 'script', name, bytes: () => scriptBytes(read()), dispose };
  }
  const binary = layout === 'text' ? foreignBytes(start) : null;
  if (binary !== null) throw new Unfit(binary);
  const form = layout === 'text' ? 'lines' : layout;
  const events = form === 'lines' ? jsonLines : (bytes: AsyncIterable<Uint8Array>) => jsonValues(bytes, form);
  const looked = form === 'lines' ? within(read(), FIRST_EVENT_WITHIN) : read();
  if (!(await hasEvent(events(looked)))) throw new Unfit(foreignFile(name, start));
  return { kind: 'events', name, layout: form, events: () => readable(name, events(read())), dispose };
}

/** What a file is that is of no use to us. */
class Unfit extends Error {
  override readonly name = 'Unfit';
}

async function beginningOf(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly start: Uint8Array; readonly layout: FileLayout }> {
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of bytes) {
    start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
    const layout = layoutOf(start, false);
    if (layout !== null) return { start, layout };
  }
  return { start, layout: layoutOf(start, true) ?? 'text' };
}

async function hasEvent(events: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const bytes of events) {
    if (isMeantAsEvent(parsed(bytes))) return true;
  }
  return false;
}

/** The first bytes of a stream, at most so many. */
async function* within(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    yield chunk.subarray(0, most - size);
    size += chunk.length;
    if (size >= most) return;
  }
}

async function* readable(name: string, events: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* events;
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Why a file gives no events. */
function unreadable(name: string, cause: unknown): CommandFailure {
  if (cause instanceof CommandFailure) return cause;
  return new CommandFailure(EXIT.inputWrong, `${printable(name)}: ${reason(cause)}`, { cause });
}

function reason(cause: unknown): string {
  if (cause instanceof Unfit) return cause.message;
  if (cause instanceof JsonFault) return `this is not JSON: ${cause.message}; nothing of it was taken`;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a directory; name the files in it';
  return `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
}
