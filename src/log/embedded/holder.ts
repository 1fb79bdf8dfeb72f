import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const holderSchema = z.object({
  /** Made anew at each opening: a writer proves with it that the store is still its own. */
  token: z.string(),
  pid: z.number(),
  /** RFC 3339. */
  since: z.string(),
  /** What tells this process from a later one with the same pid; null where the system does not say. */
  birth: z.string().nullable(),
});

/** The process that has a store open for writing, as it stands in the store. */
export type Holder = z.infer<typeof holderSchema>;

/** Another process, or this one, has the store open already; only one may write. */
export class StoreHeldError extends Error {
  override readonly name = 'StoreHeldError';
  readonly directory: string;
  readonly pid: number;
  /** Since when, RFC 3339. */
  readonly since: string;

  constructor(directory: string, holder: Holder) {
    const who = holder.pid === process.pid ? `this process (pid ${holder.pid})` : `process ${holder.pid}`;
    super(
      `${directory} is held by ${who} since ${holder.since}, and only one process may write. ` +
        `Talk to that one (it serves the same log over HTTP), stop it, or name another directory.`,
    );
    this.directory = directory;
    this.pid = holder.pid;
    this.since = holder.since;
  }
}

/** A record of this process, for a store it opens now. */
export function newHolder(): Holder {
  return {
    token: randomUUID(),
    pid: process.pid,
    since: new Date().toISOString(),
    birth: birthOf(process.pid),
  };
}

/** A holder as it was stored, or null if there is none that can be read. */
export function parseHolder(stored: unknown): Holder | null {
  return holderSchema.safeParse(stored).data ?? null;
}

/** Whether the process that left this record still runs; not merely one that was given its pid later. */
export function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!denied) {
      return false;
    }
  }
  const birth = birthOf(holder.pid);
  return birth === null || holder.birth === null || birth === holder.birth;
}

/**
 * Boot and start time of a process on Linux. In a container the process often has the same pid at each start,
 * and after a reboot even the same start time; the two together do not come again.
 */
function birthOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold anything; starttime is the 22nd, the 20th after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields.at(0), fields.at(19)];
    if (state === 'Z' || state === 'X') {
      return 'ended'; // killed, and still listed until its parent asks after it
    }
    return startTime === undefined ? null : `${boot}/${startTime}`;
  } catch {
    return null;
  }
}
