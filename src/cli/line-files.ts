import { CommandFailure, EXIT } from './exit-codes.ts';
import { jsonLines } from './json-lines.ts';
import { printable } from './printable.ts';
import { openRereadable } from './rereadable.ts';

/** A file of lines, or stdin, that can be read from its start more than once. */
export interface LineFile {
  /** The lines without their line feeds, blank ones left out. What can't be read ends the command. */
  lines(): AsyncGenerator<Uint8Array>;
  dispose(): Promise<void>;
}

/** What a file of lines is called where people read it: `-` is stdin. */
export function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

export async function openLines(file: string): Promise<LineFile> {
  const name = nameOf(file);
  try {
    const bytes = await openRereadable(file);
    return { lines: () => readable(name, bytes.read()), dispose: () => bytes.dispose() };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** The lines of a file that is read once. */
export async function* linesOf(file: string): AsyncGenerator<Uint8Array> {
  const { lines, dispose } = await openLines(file);
  try {
    yield* lines();
  } finally {
    await dispose();
  }
}

async function* readable(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* jsonLines(bytes);
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Why a file gives no events. */
function unreadable(name: string, cause: unknown): CommandFailure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'this is a directory; name the files in it'
        : `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new CommandFailure(EXIT.inputWrong, `${printable(name)}: ${why}`, { cause });
}
