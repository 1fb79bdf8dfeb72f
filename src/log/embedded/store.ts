import { type Database, open as openEnvironment, type RootDatabase } from 'lmdb';
import { type RollId, rollName } from '../../../events/ids.ts';
import { type Ancestor, segments } from '../lineage.ts';
import type { Base, LogEntry, OutgoingEvent, RollInfo } from '../port.ts';
import { damageOf } from './damage.ts';
import { decodeEntry, encodeEntry } from './entry-value.ts';
import { type Holder, isAlive, newHolder, parseHolder, StoreHeldError } from './holder.ts';
import {
  asUnusable,
  findStoreDirectory,
  prepareStoreDirectory,
  StoreUnusableError,
  syncDirectory,
} from './store-directory.ts';

/** Theatre, timeline, seq: ordered by roll, then place, so that a range of a roll is one walk of a cursor. */
type EntryKey = [string, string, number];

/** A page ends at either, so that it is copied out of one short read transaction. */
const PAGE_ENTRIES = 512;
const PAGE_BYTES = 1_048_576;

const HOLDER = 'holder';

/** The LMDB environment of a log: three tables. Reads are of what is on the disk, or of the transaction they are in. */
export class Store {
  readonly #environment: RootDatabase;
  readonly #entries: Database<Buffer, EntryKey>;
  readonly #rolls: Database<RollInfo, string>;
  readonly #process: Database<unknown, string>;

  private constructor(environment: RootDatabase) {
    this.#environment = environment;
    this.#entries = environment.openDB<Buffer, EntryKey>({ name: 'entries', encoding: 'binary' });
    this.#rolls = environment.openDB<RollInfo, string>({ name: 'rolls', encoding: 'json' });
    this.#process = environment.openDB<unknown, string>({ name: 'process', encoding: 'json' });
  }

  /** Opens the store in `directory`, made if missing, for this process alone; see openEmbeddedLog. */
  static async open(directory: string): Promise<{ readonly store: Store; readonly holder: Holder }> {
    const path = prepareStoreDirectory(directory);
    const damage = damageOf(path);
    if (damage !== null) throw new StoreUnusableError(path, damage);
    let environment: RootDatabase;
    try {
      environment = openEnvironment({
        path,
        overlappingSync: false, // with it, lmdb's default, a commit resolves before it is on the disk
        eventTurnBatching: false, // with it a failed commit rejects a promise nobody has, which ends the process
        noSubdir: false, // guessed from the path otherwise: a directory called "data.d" would be a file
        maxDbs: 4,
      });
    } catch (error) {
      throw asUnusable(path, error);
    }
    try {
      const store = new Store(environment);
      syncDirectory(path);
      return { store, holder: await store.#takeHold(path) };
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  /**
   * Opens the store in `directory` to read it, beside the process that may be writing: LMDB gives each page as it
   * stands on the disk. Throws StoreMissingError.
   */
  static openToRead(directory: string): Store {
    const path = findStoreDirectory(directory);
    try {
      return new Store(openEnvironment({ path, readOnly: true, noSubdir: false, maxDbs: 4 }));
    } catch (error) {
      throw asUnusable(path, error);
    }
  }

  /**
   * Runs `action` in a write transaction, of its own or shared with others that wait, and resolves when that is on
   * the disk. Rejects if it can't be written; none of it is then.
   */
  async transact<T>(action: () => T): Promise<T> {
    try {
      return await this.#environment.transaction(action);
    } catch (error) {
      throw await reasonOf(error);
    }
  }

  /** In a transaction: adds an entry of the roll's own. */
  addEntry(roll: RollId, seq: number, recordedTimeMs: number, event: OutgoingEvent): void {
    this.#entries.put([roll.theatre, roll.timeline, seq], encodeEntry(recordedTimeMs, event));
  }

  /** In a transaction: describes a roll. */
  putRoll(info: RollInfo): void {
    this.#rolls.put(rollName(info.roll), info);
  }

  roll(roll: RollId): RollInfo | undefined {
    return this.#rolls.get(rollName(roll));
  }

  /** By name, in code-unit order. */
  rolls(): readonly RollInfo[] {
    const infos = [...this.#rolls.getRange().map(({ value }) => value)];
    return infos.sort((one, other) => (rollName(one.roll) < rollName(other.roll) ? -1 : 1));
  }

  /** The seq of the roll's last entry, its base's counted in; 0 if it has none or is not known. */
  head(roll: RollId): number {
    const { theatre, timeline } = roll;
    const newestFirst = {
      start: [theatre, timeline, Number.MAX_SAFE_INTEGER],
      end: [theatre, timeline, 0],
      reverse: true,
      limit: 1,
    };
    for (const [, , seq] of this.#entries.getKeys(newestFirst)) {
      return seq;
    }
    return this.roll(roll)?.base?.seq ?? 0;
  }

  /** Entries of a roll from `from` on, as many as make a page, none past `to`; empty only if there are none yet. */
  page(roll: RollId, from: number, to: number): readonly LogEntry[] {
    const page: LogEntry[] = [];
    const segment = segments(this.#lineage(roll)).find((candidate) => from <= candidate.to);
    if (segment === undefined) {
      return page;
    }
    const { theatre, timeline } = segment.roll;
    const stored = this.#entries.getRange({
      start: [theatre, timeline, from],
      end: [theatre, timeline, Math.min(segment.to, to, Number.MAX_SAFE_INTEGER - 1) + 1],
      limit: PAGE_ENTRIES,
    });
    let bytes = 0;
    for (const { key, value } of stored) {
      page.push({ seq: key[2], cursor: key[2], ...decodeEntry(value) });
      bytes += value.byteLength;
      if (bytes >= PAGE_BYTES) {
        break;
      }
    }
    return page;
  }

  /** Whether nobody took the store over, as a process may from where ours can't be seen (another container). */
  isHeldBy(holder: Holder): boolean {
    return parseHolder(this.#process.get(HOLDER))?.token === holder.token;
  }

  /** Gives up the hold, if there is one, once what is under way is on the disk, and closes. */
  async close(holder: Holder | null): Promise<void> {
    if (holder === null) return this.#environment.close();
    try {
      await this.transact(() => {
        if (this.isHeldBy(holder)) {
          this.#process.remove(HOLDER);
        }
      });
    } finally {
      await this.#environment.close();
    }
  }

  /** Enters this process as the holder: looked at and written in one write transaction, so that only one can win. */
  async #takeHold(path: string): Promise<Holder> {
    const own = newHolder();
    const holder = await this.transact(() => {
      const current = parseHolder(this.#process.get(HOLDER));
      if (current !== null && isAlive(current)) {
        return current;
      }
      this.#process.put(HOLDER, own);
      return own;
    });
    if (holder !== own) {
      throw new StoreHeldError(path, holder);
    }
    return own;
  }

  #lineage(roll: RollId): readonly Ancestor[] {
    const lineage: Ancestor[] = [];
    let at: RollId | null = roll;
    while (at !== null) {
      const base: Base | null = this.roll(at)?.base ?? null;
      lineage.push({ roll: at, base });
      at = base && { theatre: roll.theatre, timeline: base.timeline };
    }
    return lineage;
  }
}

/** lmdb rejects with an error that only promises the reason, and a promise nobody takes ends the process. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (error instanceof Error && 'commitError' in error) {
    try {
      await error.commitError;
    } catch (reason) {
      return reason;
    }
  }
  return error;
}
