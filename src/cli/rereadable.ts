import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK = 1 << 20;

/** Bytes that can be read from their start more than once, also where an earlier reading stopped on the way. */
export interface Rereadable {
  read(): AsyncIterable<Uint8Array>;
  /** Removes what was kept for reading again. */
  dispose(): Promise<void>;
}

/** A file is read again from the disk; a pipe is kept in a temporary file as far as it was read. */
export async function openRereadable(path: string): Promise<Rereadable> {
  if (path === '-') return new KeptAside(process.stdin);
  if ((await stat(path)).isFile()) {
    return { read: () => createReadStream(path, { highWaterMark: CHUNK }), dispose: async () => {} };
  }
  return new KeptAside(createReadStream(path));
}

class KeptAside implements Rereadable {
  readonly #pipe: AsyncIterator<Uint8Array>;
  #directory: string | undefined;
  #copy: FileHandle | undefined;
  #kept = 0;

  constructor(pipe: AsyncIterable<Uint8Array>) {
    this.#pipe = pipe[Symbol.asyncIterator]();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (let position = 0; ; ) {
      if (this.#copy !== undefined && position < this.#kept) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK, this.#kept - position));
        const { bytesRead } = await this.#copy.read(buffer, 0, buffer.length, position);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      const next = await this.#pipe.next();
      if (next.done === true) return;
      // Kept before it is handed on: a reader may stop after this chunk and begin again.
      this.#copy ??= await this.#openCopy();
      await this.#copy.appendFile(next.value);
      this.#kept += next.value.length;
      position = this.#kept;
      yield next.value;
    }
  }

  async dispose(): Promise<void> {
    await this.#pipe.return?.();
    await this.#copy?.close();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  async #openCopy(): Promise<FileHandle> {
    this.#directory = await mkdtemp(join(tmpdir(), 'muster-'));
    return open(join(this.#directory, 'input'), 'wx+', 0o600);
  }
}
