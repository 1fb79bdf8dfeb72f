import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly etag: string;
}

/** Reads a file of the live page. It lies with the sources, from where compiled code serves it too. */
export function readPageFile(name: string, mediaType: string): PageFile {
  const bytes = readFileSync(join(packageRoot(), 'src/http/page', name));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, mediaType, etag };
}

function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory)
      throw new Error('The files of the page are gone: no package.json above the code');
    directory = parent;
  }
  return directory;
}
