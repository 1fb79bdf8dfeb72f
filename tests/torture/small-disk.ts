import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, small enough to fill. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all the room there is left. */
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
  setReadOnly(isReadOnly: boolean): void;
  discard(): Promise<void>;
}

/** Mounts one, which only root may. Null where that is not to be had. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'muster-torture-disk-'));
  const mount = (...args: string[]) => execFileSync('mount', [...args, path], { stdio: 'pipe' });
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'none');
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      const piece = Buffer.alloc(4_096);
      try {
        for (;;) await writeFile(filler, piece, { flag: 'a' });
      } catch {
        // full, as it should be
      }
    },
    free: () => rm(filler, { force: true }),
    setReadOnly(isReadOnly) {
      mount('-o', `remount,${isReadOnly ? 'ro' : 'rw'}`);
    },
    async discard() {
      execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });
      await rm(path, { recursive: true });
    },
  };
}

export const NO_MOUNT = 'file systems can be mounted by root alone';
