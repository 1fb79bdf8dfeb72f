import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that can be read from their start more than once. */
export interface Rereadable {
  read(): AsyncIterable<Uint8Array>;
  /** Removes what was kept for reading again. */
  dispose(): Promise<void>;
}

/** A file is read again from the disk; a pipe is kept in a temporary file while it is read the first time. */
export async function openRereadable(path: string): Promise<Rereadable> {
  if (path === '-') return keptAside(process.stdin);
  if ((await stat(path)).isFile()) {
    return { read: () => createReadStream(path, { highWaterMark: 1 << 20 }), dispose: async () => {} };
  }
  return keptAside(createReadStream(path));
}

function keptAside(pipe: AsyncIterable<Uint8Array>): Rereadable {
  let directory: string | undefined;
  let copy: FileHandle | undefined;
  async function* readFirst(): AsyncGenerator<Uint8Array> {
    directory = await mkdtemp(join(tmpdir(), 'muster-'));
    copy = await open(join(directory, 'input'), 'wx+', 0o600);
    for await (const chunk of pipe) {
      // Kept before it is handed on: a reader may stop after this chunk and begin again.
      await copy.appendFile(chunk);
      yield chunk;
    }
  }
  return {
    read: () => copy?.createReadStream({ start: 0, autoClose: false }) ?? readFirst(),
    async dispose() {
      await copy?.close();
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
