import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = 0xbeefc0de;
/** The page size that the environment is made with. */
const PAGE_BYTES = 4_096;
/** Where the two first pages have what, in bytes from their beginning (struct MDB_page_header, then MDB_meta). */
const AT = { magic: 24, freeRoot: 88, mainRoot: 136, lastPage: 144, transaction: 152, end: 160 } as const;
/** LMDB does not write the last pages it took if it gave them up again at once: so many may be missing. */
const MOST_UNWRITTEN = 16n;
/** The root of a table that is empty. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/**
 * Why the file of a store can't be what LMDB left there, or null. LMDB maps the file into memory and takes its word:
 * a page that is missing ends the process with SIGBUS and no message, an emptied file becomes a new log. This finds a
 * file that was emptied, overwritten at its beginning, or cut off by more than a few pages or before the roots of its
 * trees; damage within the trees it does not see.
 */
export function damageOf(directory: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(join(directory, 'data.mdb'), 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const heads = [0, 1].flatMap((page) => {
      const head = Buffer.alloc(AT.end);
      const isThere = readSync(descriptor, head, 0, AT.end, page * PAGE_BYTES) === AT.end;
      return isThere && head.readUInt32LE(AT.magic) === MAGIC ? [head] : [];
    });
    const newest = heads.reduce<Buffer | null>(
      (best, head) =>
        best === null || head.readBigUInt64LE(AT.transaction) > best.readBigUInt64LE(AT.transaction)
          ? head
          : best,
      null,
    );
    const advice = 'Put a copy of it back, or move the directory away and begin anew.';
    if (newest === null) return `data.mdb is damaged: it does not begin as a log does. ${advice}`;
    const pages = BigInt(Math.floor(size / PAGE_BYTES));
    const isShort = newest.readBigUInt64LE(AT.lastPage) >= pages + MOST_UNWRITTEN;
    const isCut =
      isShort ||
      [AT.freeRoot, AT.mainRoot].some((at) => {
        const root = newest.readBigUInt64LE(at);
        return root !== NO_PAGE && root >= pages;
      });
    return isCut ? `data.mdb is damaged: its end is missing. ${advice}` : null;
  } finally {
    closeSync(descriptor);
  }
}
