import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The directory given for a store can't be made or written. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
  readonly directory: string;

  constructor(directory: string, problem: string, options?: ErrorOptions) {
    super(`cannot keep a log in ${directory}: ${problem}`, options);
    this.directory = directory;
  }
}

/** There is nothing to read in the directory given for a store. */
export class StoreMissingError extends Error {
  override readonly name = 'StoreMissingError';

  constructor(directory: string) {
    super(`there is no log in ${directory}`);
  }
}

/**
 * Makes sure that `directory` is there, ours to write, and entered durably in its parent; readable by its owner
 * only if we make it. Throws StoreUnusableError.
 */
export function prepareStoreDirectory(directory: string): string {
  const path = resolve(directory);
  try {
    makeDirectory(path);
    if (!statSync(path).isDirectory()) {
      throw new StoreUnusableError(path, 'it is no directory. Name another one.');
    }
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw asUnusable(path, error);
  }
  return path;
}

/** The path of a directory that has a store; nothing is made. Throws StoreMissingError. */
export function findStoreDirectory(directory: string): string {
  const path = resolve(directory);
  if (!existsSync(join(path, 'data.mdb'))) throw new StoreMissingError(path);
  return path;
}

/**
 * Makes a directory and those above it. Not mkdir's own `recursive`: Node 20 never returns from that where the
 * system answers ENOENT below a directory that exists, as under /proc.
 */
function makeDirectory(path: string): void {
  if (existsSync(path)) {
    return;
  }
  const parent = dirname(path);
  makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 });
  syncDirectory(parent); // an fsync of a file does not save the entry that names it
}

/** Saves the entries of a directory: the names of files made in it survive power loss. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') {
    return; // Windows cannot open a directory to sync it
  }
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const advice: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there. Change its owner or name another directory.',
  EPERM: 'this user may not write there. Change its owner or name another directory.',
  EROFS: 'the file system is read-only. Name a directory on one that can be written.',
  ENOENT: 'nothing can be made there. Name another directory.',
  ENOTDIR: 'a part of this path is no directory. Name another one.',
  ENOSPC: 'the disk is full. Make room or name a directory elsewhere.',
  EDQUOT: "this user's disk quota is used up. Make room or name a directory elsewhere.",
};

export function asUnusable(path: string, error: unknown): StoreUnusableError {
  if (error instanceof StoreUnusableError) {
    return error;
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnusableError(path, advice[code] ?? reason, { cause: error });
}
