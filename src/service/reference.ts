import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { REFERENCE_FILES, type Reference, referenceSchema } from '../../events/reference/reference.ts';
import { packageRoot } from '../scenario/package-root.ts';

/** Where the reference data that comes with Muster lies. */
export function bundledReference(): string {
  return join(packageRoot(), 'events', 'reference');
}

/**
 * Reads the reference data of a directory. Throws when a file is missing, is not YAML or does not hold what it
 * should, with every fault named.
 */
export async function readReference(directory: string = bundledReference()): Promise<Reference> {
  const files = await Promise.all(
    Object.entries(REFERENCE_FILES).map(async ([key, file]) => [key, await readYaml(join(directory, file))]),
  );
  const parsed = referenceSchema.safeParse(Object.fromEntries(files));
  if (parsed.success) return parsed.data;
  throw new Error(`The reference data in ${directory} is not right:\n${z.prettifyError(parsed.error)}`);
}

let bundled: Promise<Reference> | null = null;

/** The reference data that comes with Muster, read once. Throws as `readReference` does. */
export function ourReference(): Promise<Reference> {
  bundled ??= readReference();
  return bundled;
}

async function readYaml(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file} is not YAML: ${String(error)}`, { cause: error });
  }
}
