import { EventEmitter, once } from 'node:events';
import { type Database, open as openEnvironment, type RootDatabase } from 'lmdb';
import { type RollId, rollName } from '../../../events/ids.ts';
import { LatestRolls, onlyIfNot } from '../latest-rolls.ts';
import { type Ancestor, segments } from '../lineage.ts';
import { oversized } from '../oversized.ts';
import type {
  AppendError,
  Base,
  BranchRefused,
  Conflict,
  EventLog,
  LogEntry,
  OutgoingEvent,
  Result,
  RollAbout,
  RollInfo,
  Unavailable,
} from '../port.ts';
import { requireIds } from '../require-ids.ts';
import { refuseBranch, untitled } from '../roll-about.ts';
import { decodeEntry, encodeEntry } from './entry-value.ts';
import { type Holder, isAlive, newHolder, parseHolder, StoreHeldError } from './holder.ts';
import { asUnusable, prepareStoreDirectory, syncDirectory } from './store-directory.ts';

/** Theatre, timeline, seq: ordered by roll, then place, so that a range of a roll is one walk of a cursor. */
type EntryKey = [string, string, number];

/** A page of a read or follow ends at either; a page is copied out of one short read transaction. */
const PAGE_ENTRIES = 512;
const PAGE_BYTES = 1_048_576;

const HOLDER = 'holder';

/**
 * Opens the log kept in `directory` (LMDB), made if missing, for this process alone.
 * An append resolves after its transaction is on the disk (fdatasync of the data, then of the page that
 * makes it current); appends that wait meanwhile share the next transaction.
 * Throws StoreHeldError if a living process has it open, StoreUnusableError if the directory can't be written.
 */
export async function openEmbeddedLog(directory: string): Promise<EventLog> {
  const path = prepareStoreDirectory(directory);
  let environment: RootDatabase;
  try {
    // With overlappingSync, lmdb's default, a commit resolves before it is on the disk. noSubdir is otherwise
    // guessed from the path: a directory called "data.d" would become a file.
    environment = openEnvironment({
      path,
      overlappingSync: false,
      noSubdir: false,
      maxDbs: 4,
      eventTurnBatching: false,
    });
  } catch (error) {
    throw asUnusable(path, error);
  }
  try {
    const store: Store = {
      environment,
      entries: environment.openDB<Buffer, EntryKey>({ name: 'entries', encoding: 'binary' }),
      rolls: environment.openDB<RollInfo, string>({ name: 'rolls', encoding: 'json' }),
      process: environment.openDB<unknown, string>({ name: 'process', encoding: 'json' }),
    };
    syncDirectory(path);
    return new EmbeddedLog(store, await takeHold(path, store));
  } catch (error) {
    await environment.close();
    throw error;
  }
}

interface Store {
  readonly environment: RootDatabase;
  readonly entries: Database<Buffer, EntryKey>;
  readonly rolls: Database<RollInfo, string>;
  readonly process: Database<unknown, string>;
}

/** Enters this process as the holder: looked at and written in one write transaction, so that only one can win. */
async function takeHold(path: string, store: Store): Promise<Holder> {
  const own = newHolder();
  const holder = await store.environment.transaction(() => {
    const current = parseHolder(store.process.get(HOLDER));
    if (current !== null && isAlive(current)) {
      return current;
    }
    store.process.put(HOLDER, own);
    return own;
  });
  if (holder !== own) {
    throw new StoreHeldError(path, holder);
  }
  return own;
}

interface Appended {
  readonly positions: readonly number[];
  /** The roll, if this append brought it into being. */
  readonly newRoll: RollInfo | null;
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

class EmbeddedLog implements EventLog {
  readonly #store: Store;
  readonly #holder: Holder;
  /** Emits a roll's name when entries of it are on the disk, and `rolls` with a RollInfo when one is new or changed. */
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();

  constructor(store: Store, holder: Holder) {
    this.#store = store;
    this.#holder = holder;
  }

  async append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    options: { readonly expectedSeq?: number } = {},
  ): Promise<Result<readonly number[], AppendError>> {
    requireIds(
      roll,
      events.map((event) => event.entity),
    );
    if (events.length === 0) {
      return { ok: true, value: [] };
    }
    const tooLarge = oversized(events);
    if (tooLarge !== null) {
      return { ok: false, error: tooLarge };
    }
    const { expectedSeq } = options;
    const result = await this.#write((): Result<Appended, Conflict> => {
      const head = this.#head(roll);
      if (expectedSeq !== undefined && expectedSeq !== head) {
        const message = `${rollName(roll)} stands at ${head}, not at ${expectedSeq} as expected. Nothing was appended; read on from ${expectedSeq + 1} and decide again.`;
        return { ok: false, error: { kind: 'conflict', message, expectedSeq, actualSeq: head } };
      }
      const newRoll = this.#info(roll) === undefined ? untitled(roll) : null;
      if (newRoll !== null) {
        this.#store.rolls.put(rollName(roll), newRoll);
      }
      const recordedTimeMs = Date.now();
      const positions = events.map((event, index) => {
        const seq = head + 1 + index;
        this.#store.entries.put([roll.theatre, roll.timeline, seq], encodeEntry(recordedTimeMs, event.bytes));
        return seq;
      });
      return { ok: true, value: { positions, newRoll } };
    });
    if (!result.ok) {
      return result;
    }
    const { positions, newRoll } = result.value;
    this.#news.emit(rollName(roll));
    if (newRoll !== null) {
      this.#news.emit('rolls', newRoll);
    }
    return { ok: true, value: positions };
  }

  async *read(
    roll: RollId,
    range: { readonly from?: number; readonly to?: number } = {},
  ): AsyncIterable<LogEntry> {
    requireIds(roll);
    const last = Math.min(range.to ?? Number.POSITIVE_INFINITY, this.#head(roll));
    let next = Math.max(range.from ?? 1, 1);
    while (next <= last) {
      for (const entry of this.#page(roll, next, last)) {
        yield entry;
        next = entry.seq + 1;
      }
    }
  }

  async *follow(
    roll: RollId,
    after: Pick<LogEntry, 'seq' | 'cursor'> | null,
    signal: AbortSignal,
  ): AsyncIterable<LogEntry> {
    requireIds(roll);
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    let next = (after?.seq ?? 0) + 1;
    while (!ended.aborted) {
      const page = this.#page(roll, next, Number.POSITIVE_INFINITY);
      if (page.length === 0) {
        await once(this.#news, rollName(roll), { signal: ended }).catch(onlyIfNot(ended));
      }
      for (const entry of page) {
        if (ended.aborted) {
          return;
        }
        yield entry;
        next = entry.seq + 1;
      }
    }
  }

  async head(roll: RollId): Promise<number> {
    requireIds(roll);
    return this.#head(roll);
  }

  async open(roll: RollId, about: RollAbout): Promise<Result<RollInfo, BranchRefused | Unavailable>> {
    requireIds(roll);
    const { title, basis, base } = about;
    const info: RollInfo = { roll: { theatre: roll.theatre, timeline: roll.timeline }, title, basis, base };
    const result = await this.#write((): Result<RollInfo, BranchRefused> => {
      const baseRoll = base && { theatre: roll.theatre, timeline: base.timeline };
      const baseHead = baseRoll && this.#info(baseRoll) ? this.#head(baseRoll) : null;
      const refused = refuseBranch(roll, this.#info(roll) ?? null, base, baseHead);
      if (refused !== null) {
        return { ok: false, error: refused };
      }
      this.#store.rolls.put(rollName(roll), info);
      return { ok: true, value: info };
    });
    if (result.ok) {
      this.#news.emit('rolls', info);
      this.#news.emit(rollName(roll)); // followed before it was opened, a branch has its base's entries now
    }
    return result;
  }

  async rolls(): Promise<readonly RollInfo[]> {
    return this.#rolls();
  }

  async *followRolls(signal: AbortSignal): AsyncIterable<RollInfo> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const latest = new LatestRolls();
    for (const info of this.#rolls()) {
      latest.note(info);
    }
    const note = (info: RollInfo) => latest.note(info);
    this.#news.on('rolls', note);
    try {
      yield* latest.follow(ended);
    } finally {
      this.#news.off('rolls', note);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) {
      return;
    }
    this.#closing.abort();
    const { environment, process: processes } = this.#store;
    await environment.transaction(() => {
      if (this.#isStillOurs()) {
        processes.remove(HOLDER);
      }
    });
    await environment.close();
  }

  /** Runs `action` in a write transaction of its own or shared with others, and resolves when that is on the disk. */
  async #write<T, E>(action: () => Result<T, E>): Promise<Result<T, E | Unavailable>> {
    if (this.#closing.signal.aborted) {
      const message = 'the log is closed. Nothing was written; open it again.';
      return { ok: false, error: { kind: 'unavailable', message } };
    }
    try {
      return await this.#store.environment.transaction((): Result<T, E | Unavailable> => {
        // In case it was opened from where our process can't be seen, as from another container.
        if (!this.#isStillOurs()) {
          const message = 'another process has taken this log over. Nothing was written; stop this one.';
          return { ok: false, error: { kind: 'unavailable', message } };
        }
        return action();
      });
    } catch (error) {
      const cause = await reasonOf(error);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `the store could not be written: ${reason}. Nothing was written; make room or mend the disk, then try again.`;
      return { ok: false, error: { kind: 'unavailable', message, cause } };
    }
  }

  #isStillOurs(): boolean {
    return parseHolder(this.#store.process.get(HOLDER))?.token === this.#holder.token;
  }

  #info(roll: RollId): RollInfo | undefined {
    return this.#store.rolls.get(rollName(roll));
  }

  #rolls(): readonly RollInfo[] {
    return [...this.#store.rolls.getRange().map(({ value }) => value)].sort((one, other) =>
      rollName(one.roll) < rollName(other.roll) ? -1 : 1,
    );
  }

  #head(roll: RollId): number {
    const { theatre, timeline } = roll;
    const newestFirst = {
      start: [theatre, timeline, Number.MAX_SAFE_INTEGER],
      end: [theatre, timeline, 0],
      reverse: true,
      limit: 1,
    };
    for (const [, , seq] of this.#store.entries.getKeys(newestFirst)) {
      return seq;
    }
    return this.#info(roll)?.base?.seq ?? 0;
  }

  #lineage(roll: RollId): readonly Ancestor[] {
    const lineage: Ancestor[] = [];
    let at: RollId | null = roll;
    while (at !== null) {
      const base: Base | null = this.#info(at)?.base ?? null;
      lineage.push({ roll: at, base });
      at = base && { theatre: roll.theatre, timeline: base.timeline };
    }
    return lineage;
  }

  /** Entries of a roll from `from` on, as many as make a page, none past `to`; empty only if there are none yet. */
  #page(roll: RollId, from: number, to: number): readonly LogEntry[] {
    const page: LogEntry[] = [];
    let bytes = 0;
    const segment = segments(this.#lineage(roll)).find((candidate) => from <= candidate.to);
    if (segment === undefined) {
      return page;
    }
    const { theatre, timeline } = segment.roll;
    const last = Math.min(segment.to, to, Number.MAX_SAFE_INTEGER - 1);
    const stored = this.#store.entries.getRange({
      start: [theatre, timeline, from],
      end: [theatre, timeline, last + 1],
      limit: PAGE_ENTRIES,
    });
    for (const { key, value } of stored) {
      page.push({ seq: key[2], cursor: key[2], ...decodeEntry(value) });
      bytes += value.byteLength;
      if (bytes >= PAGE_BYTES) {
        break;
      }
    }
    return page;
  }
}
