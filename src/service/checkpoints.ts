import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import pLimit from 'p-limit';
import { z } from 'zod';
import { type RollId, rollName } from '../../events/ids.ts';
import { syncDirectory } from '../log/embedded/store-directory.ts';
import type { Base } from '../log/port.ts';
import { MACHINE_VERSION } from '../readmodels/machine-version.ts';
import type { Position, RollFoldDump } from './roll-fold.ts';

/** To be raised whenever a dump gets another shape, or when the same log folds to something else. */
const FORMAT = 10;

/** While a fold is dumped nothing else goes on: the next dump waits so many times as long as the last one took. */
const PAUSE_FACTOR = 9;

const stampSchema = z.object({
  format: z.literal(FORMAT, 'written in another format'),
  machineVersion: z.literal(MACHINE_VERSION, 'made by another machine version'),
  roll: z.string(),
  base: z.object({ timeline: z.string(), seq: z.int().min(0) }).nullable(),
  position: z.object({ seq: z.int().min(1), cursor: z.number(), digest: z.string() }),
});

type Stamp = z.infer<typeof stampSchema>;

const headerSchema = stampSchema.extend({ sha256: z.string() });

/** The fold of a roll as it was stored, and the entry up to which it goes. */
export interface Checkpoint {
  readonly position: Position;
  readonly dump: RollFoldDump;
}

/** A stored fold as a file. */
export interface StoredCheckpoint {
  readonly bytes: number;
  /** Unix time in milliseconds. */
  readonly storedAtMs: number;
}

/** What is in the directory for a roll: a checkpoint, nothing, or something that can't be used. */
export type Loaded =
  | { readonly kind: 'loaded'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unusable';
      readonly problem: string;
      /** Whole, but of another build. */
      readonly isStale: boolean;
    };

/**
 * Stored folds, one file per roll: a line of JSON that says what it is, then the dump. They spare a start the
 * reading of the whole log; each can be thrown away at any time. The checksum finds damage, not malice: whoever
 * may write here may also write the log.
 */
export class Checkpoints {
  readonly #directory: string;
  readonly #newest = new Map<string, StoredCheckpoint>();
  readonly #turns = pLimit(1);

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The newest one that this stored or loaded of a roll. */
  newest(roll: RollId): StoredCheckpoint | null {
    return this.#newest.get(rollName(roll)) ?? null;
  }

  /** Replaces the roll's checkpoint. The dump is taken before the first await; a crash leaves the old one or the new. */
  async store(roll: RollId, base: Base | null, { position, dump }: Checkpoint): Promise<void> {
    const body = serialize(dump);
    const name = rollName(roll);
    const stamp: Stamp = { format: FORMAT, machineVersion: MACHINE_VERSION, roll: name, base, position };
    const header = JSON.stringify({ ...stamp, sha256: checksum(stamp, body) });

    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = join(this.#directory, `${name}.${randomUUID()}.tmp`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(Buffer.concat([Buffer.from(`${header}\n`), body]));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path(roll));
      syncDirectory(this.#directory);
      const bytes = header.length + 1 + body.byteLength;
      this.#newest.set(name, { bytes, storedAtMs: Date.now() });
    } catch (error) {
      await rm(temporary, { force: true });
      throw new Error(`the checkpoint of ${name} at ${position.seq} could not be stored`, { cause: error });
    }
  }

  /**
   * Calls `store` when the rolls before have stored, and some time after the last one: rolls that grow alike are due
   * at the same moment, and one dump after the other would hold up all else for as long as they take together.
   */
  inTurn(store: () => Promise<void>): Promise<void> {
    return this.#turns(async () => {
      const begunMs = performance.now();
      const storing = store();
      const pauseMs = PAUSE_FACTOR * (performance.now() - begunMs);
      await storing;
      await delay(pauseMs, undefined, { ref: false });
    });
  }

  async load(roll: RollId, base: Base | null): Promise<Loaded> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#path(roll));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' };
      return unusable(error);
    }
    try {
      const lineEnd = bytes.indexOf('\n');
      const header = headerSchema.safeParse(JSON.parse(bytes.toString('utf8', 0, lineEnd)));
      if (!header.success) {
        const { message, path } = header.error.issues[0] ?? { message: 'no header', path: [] };
        return unusable(message, path[0] === 'format' || path[0] === 'machineVersion');
      }
      const { sha256, ...stamp } = header.data;
      const body = bytes.subarray(lineEnd + 1);
      if (sha256 !== checksum(stamp, body)) return unusable('damaged');
      if (stamp.roll !== rollName(roll)) return unusable(`of ${stamp.roll}`);
      if (stamp.base?.timeline !== base?.timeline || stamp.base?.seq !== base?.seq) {
        return unusable('of a roll with another base');
      }
      const dump: RollFoldDump = deserialize(body);
      const { mtimeMs } = await stat(this.#path(roll));
      this.#newest.set(stamp.roll, { bytes: bytes.byteLength, storedAtMs: mtimeMs });
      return { kind: 'loaded', checkpoint: { position: stamp.position, dump } };
    } catch (error) {
      return unusable(error);
    }
  }

  #path(roll: RollId): string {
    return join(this.#directory, `${rollName(roll)}.checkpoint`);
  }
}

function checksum(stamp: Stamp, body: Uint8Array): string {
  const { format, machineVersion, roll, base, position } = stamp;
  const text = JSON.stringify([
    [format, machineVersion, roll],
    base && [base.timeline, base.seq],
    [position.seq, position.cursor, position.digest],
  ]);
  return hash('sha256', Buffer.concat([Buffer.from(text), body]));
}

function unusable(cause: unknown, isStale = false): Loaded {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'unusable', problem, isStale };
}
