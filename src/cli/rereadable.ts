import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

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
  let directory: Promise<string> | undefined;
  const copy = async () => {
    directory ??= mkdtemp(join(tmpdir(), 'muster-'));
    return join(await directory, 'input');
  };
  async function* readFirst(): AsyncGenerator<Uint8Array> {
    const out = createWriteStream(await copy(), { mode: 0o600 });
    for await (const chunk of pipe) {
      if (!out.write(chunk)) await once(out, 'drain');
      yield chunk;
    }
    out.end();
    await finished(out);
  }
  async function* readAgain(): AsyncGenerator<Uint8Array> {
    yield* createReadStream(await copy());
  }
  return {
    read: () => (directory === undefined ? readFirst() : readAgain()),
    async dispose() {
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
    },
  };
}
