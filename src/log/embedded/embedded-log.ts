import { EventEmitter, once } from 'node:events';
import { type RollId, rollName } from '../../../events/ids.ts';
import { appendWithoutStore } from '../append-without-store.ts';
import { LatestRolls, onlyIfNot } from '../latest-rolls.ts';
import type {
  AppendError,
  BranchRefused,
  Conflict,
  EventLog,
  LogEntry,
  NoSuchRoll,
  OutgoingEvent,
  ReadRange,
  Result,
  RollAbout,
  RollInfo,
  Unavailable,
} from '../port.ts';
import { requireIds } from '../require-ids.ts';
import { type Change, changed, closed, notedWhatIf, opened, refuseBranch, untitled } from '../roll-about.ts';
import type { Holder } from './holder.ts';
import { Store } from './store.ts';

/**
 * Opens the log kept in `directory` (LMDB), made if missing, for this process alone.
 * An append resolves after its transaction is on the disk (fdatasync of the data, then of the page that
 * makes it current); appends that wait meanwhile share the next transaction.
 * Throws StoreHeldError if a living process has it open, StoreUnusableError if the directory can't be written.
 */
export async function openEmbeddedLog(directory: string): Promise<EventLog> {
  const { store, holder } = await Store.open(directory);
  return new EmbeddedLog(store, holder);
}

/**
 * Opens the log kept in `directory` to read it, beside the process that may be writing. What asks to write is
 * answered `unavailable`; following gives what is there, and no news.
 * Throws StoreMissingError if there is none, StoreUnusableError if it can't be read.
 */
export function openEmbeddedLogToRead(directory: string): EventLog {
  return new EmbeddedLog(Store.openToRead(directory), null);
}

interface Appended {
  readonly positions: readonly number[];
  /** The roll, if this append brought it into being. */
  readonly newRoll: RollInfo | null;
}

class EmbeddedLog implements EventLog {
  readonly #store: Store;
  /** Null where the log is opened to be read only. */
  readonly #holder: Holder | null;
  /** Emits a roll's name when entries of it are on the disk, and `rolls` with a RollInfo when one is new or changed. */
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();

  constructor(store: Store, holder: Holder | null) {
    this.#store = store;
    this.#holder = holder;
  }

  async append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    options: { readonly expectedSeq?: number } = {},
  ): Promise<Result<readonly number[], AppendError>> {
    const answered = appendWithoutStore(roll, events);
    if (answered !== null) {
      return answered;
    }
    const { expectedSeq } = options;
    const result = await this.#write((): Result<Appended, Conflict> => {
      const head = this.#store.head(roll);
      if (expectedSeq !== undefined && expectedSeq !== head) {
        const message = `${rollName(roll)} stands at ${head}, not at ${expectedSeq} as expected. Nothing was appended; read on from ${expectedSeq + 1} and decide again.`;
        return { ok: false, error: { kind: 'conflict', message, expectedSeq, actualSeq: head } };
      }
      const newRoll = this.#store.roll(roll) === undefined ? untitled(roll) : null;
      if (newRoll !== null) {
        this.#store.putRoll(newRoll);
      }
      const recordedTimeMs = Date.now();
      const positions = events.map((event, index) => {
        const seq = head + 1 + index;
        this.#store.addEntry(roll, seq, recordedTimeMs, event);
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

  async *read(roll: RollId, range: ReadRange = {}): AsyncIterable<LogEntry> {
    requireIds(roll);
    const last = Math.min(range.to ?? Number.POSITIVE_INFINITY, this.#store.head(roll));
    let next = Math.max(range.from ?? 1, 1);
    while (next <= last) {
      for (const entry of this.#store.page(roll, next, last)) {
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
      const page = this.#store.page(roll, next, Number.POSITIVE_INFINITY);
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
    return this.#store.head(roll);
  }

  async heads(): Promise<ReadonlyMap<string, number>> {
    return new Map(this.#store.rolls().map(({ roll }) => [rollName(roll), this.#store.head(roll)]));
  }

  async open(roll: RollId, about: RollAbout): Promise<Result<RollInfo, BranchRefused | Unavailable>> {
    const { base } = about;
    const result = await this.#describe(roll, (known): Result<RollInfo, BranchRefused> => {
      const baseRoll = base && { theatre: roll.theatre, timeline: base.timeline };
      const baseHead = baseRoll && this.#store.roll(baseRoll) ? this.#store.head(baseRoll) : null;
      const refused = refuseBranch(roll, known, base, baseHead);
      if (refused !== null) {
        return { ok: false, error: refused };
      }
      const hasEntries = this.#store.head(roll) > (known?.base?.seq ?? 0);
      return { ok: true, value: opened(roll, about, known, hasEntries) };
    });
    if (result.ok) {
      this.#news.emit(rollName(roll)); // followed before it was opened, a branch has its base's entries now
    }
    return result;
  }

  closeRoll(roll: RollId): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#change(roll, closed);
  }

  noteWhatIf(roll: RollId, isHypothetical: boolean): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#change(roll, notedWhatIf(isHypothetical));
  }

  #change(roll: RollId, change: Change): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#describe(roll, (known) => changed(roll, known, change));
  }

  /** Writes what a roll is from now on, by what it is in the same transaction. */
  async #describe<E>(
    roll: RollId,
    decide: (known: RollInfo | null) => Result<RollInfo, E>,
  ): Promise<Result<RollInfo, E | Unavailable>> {
    requireIds(roll);
    const result = await this.#write((): Result<RollInfo, E> => {
      const decided = decide(this.#store.roll(roll) ?? null);
      if (decided.ok) {
        this.#store.putRoll(decided.value);
      }
      return decided;
    });
    if (result.ok) {
      this.#news.emit('rolls', result.value);
    }
    return result;
  }

  async rolls(): Promise<readonly RollInfo[]> {
    return this.#store.rolls();
  }

  async *followRolls(signal: AbortSignal): AsyncIterable<RollInfo> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const latest = new LatestRolls();
    for (const info of this.#store.rolls()) {
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

  outage(): string | null {
    return this.#closing.signal.aborted ? 'the log is closed' : null;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) {
      return;
    }
    this.#closing.abort();
    await this.#store.close(this.#holder);
  }

  /** Runs `action` in a write transaction of its own or shared with others, and resolves when that is on the disk. */
  async #write<T, E>(action: () => Result<T, E>): Promise<Result<T, E | Unavailable>> {
    if (this.#closing.signal.aborted) {
      const message = 'the log is closed. Nothing was written; open it again.';
      return { ok: false, error: { kind: 'unavailable', message } };
    }
    const holder = this.#holder;
    if (holder === null) {
      const message = 'the log is opened to be read. Nothing was written.';
      return { ok: false, error: { kind: 'unavailable', message } };
    }
    try {
      return await this.#store.transact((): Result<T, E | Unavailable> => {
        if (!this.#store.isHeldBy(holder)) {
          const message = 'another process has taken this log over. Nothing was written; stop this one.';
          return { ok: false, error: { kind: 'unavailable', message } };
        }
        return action();
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `the store could not be written: ${reason}. Nothing was written; make room or mend the disk, then try again.`;
      return { ok: false, error: { kind: 'unavailable', message, cause } };
    }
  }
}
