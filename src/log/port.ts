import type { RollId } from '../../events/ids.ts';

export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** The roll was not where the caller expected it; nothing of this append is in the log. */
export interface Conflict {
  readonly kind: 'conflict';
  readonly message: string;
  readonly expectedSeq: number;
  readonly actualSeq: number;
}

/** An event is over `MAX_EVENT_BYTES`; nothing of this append is in the log. */
export interface TooLarge {
  readonly kind: 'too-large';
  readonly message: string;
  /** Place of the event in the append, from 0. */
  readonly index: number;
  readonly bytes: number;
}

/** The log cannot be reached or written now; nothing of this append is in the log. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly message: string;
  readonly cause?: unknown;
}

/**
 * All, some or none of this append may be in the log: an acknowledgement never came, or (JetStream) it took several
 * steps and another writer came between, so that only a beginning of it is there. Retry with the same identities only.
 */
export interface OutcomeUnknown {
  readonly kind: 'outcome-unknown';
  readonly message: string;
  readonly cause?: unknown;
}

export type AppendError = Conflict | TooLarge | Unavailable | OutcomeUnknown;

/** An event on its way into a log: its JSON text as the producer wrote it, and where it is addressed. */
export interface OutgoingEvent {
  /** The contingent's id, or `theatre`. */
  readonly entity: string;
  /** CloudEvents source + id: what a producer's retry is recognised by. */
  readonly identity: string;
  readonly bytes: Uint8Array;
  /** Of a copy of an entry that was published for somebody else than it names: that one. */
  readonly publishedFor?: string;
}

export interface LogEntry {
  /** Place in the roll's log, from 1; a branch counts on from its base. */
  readonly seq: number;
  /** When the log took it, RFC 3339 in UTC with milliseconds. */
  readonly recordedTime: string;
  /** What was appended, byte for byte: perhaps no JSON at all. */
  readonly bytes: Uint8Array;
  /** The adapter's own position of this entry: hand it back to `follow` to resume. */
  readonly cursor: number;
  /** The trace that the producer's message named in its header, where the log keeps such headers. */
  readonly traceparent?: string;
  /**
   * For which contingent, or the theatre, it was published: the end of its subject. The embedded log keeps it of what
   * was appended with it, and nobody else publishes there.
   */
  readonly publishedFor?: string;
}

/** Entries of a roll, all unless said otherwise. */
export interface ReadRange {
  /** The first, from 1. */
  readonly from?: number;
  /** The last, inclusive. */
  readonly to?: number;
  /** Of the entry `from`, where it is known from an earlier reading: spares a log with many rolls to look for it. */
  readonly cursor?: number;
}

export interface Base {
  readonly timeline: string;
  /** The branch sees the base's entries 1 to `seq`, then its own. */
  readonly seq: number;
}

export const BASES = ['reported', 'assessed', 'hypothetical'] as const;

/** What the facts of a roll are meant to be. */
export type Basis = (typeof BASES)[number];

export interface RollAbout {
  readonly title: string;
  readonly basis: Basis;
  readonly base: Base | null;
}

export interface RollInfo extends Omit<RollAbout, 'basis'> {
  readonly roll: RollId;
  /** As it was opened with; null for one that is unannounced: it has entries, and nobody opened it. */
  readonly basis: Basis | null;
  /** A what-if counts in it, as whoever folded it noted last; see `noteWhatIf`. */
  readonly isHypothetical?: true;
  /** Lists leave it out; see `closeRoll`. */
  readonly isClosed?: true;
}

/** There is no such roll. */
export interface NoSuchRoll {
  readonly kind: 'no-such-roll';
  readonly message: string;
}

/** The roll exists already with another base, or its base does not reach that far. */
export interface BranchRefused {
  readonly kind: 'branch-refused';
  readonly message: string;
}

/**
 * Where the events of every roll are kept, in order, for ever (DESIGN 4). Adapters: embedded (LMDB) and
 * JetStream. Expected failures are in the return types; a fault (corrupt store, bug) is thrown.
 */
export interface EventLog {
  /**
   * Appends events to a roll, in order. Resolves when they would survive kill -9 and, as far as the store
   * promises it, power loss. With `expectedSeq` the append happens only if the roll's head is exactly that.
   * A roll that nobody opened comes into being unannounced, titled by its timeline, without a base.
   * One of no more than 1,000 events and 4 MiB is in the log whole or not at all, where the store can do that
   * (embedded: of any size; JetStream: nats-server 2.12 and later).
   * An append of nothing resolves to no positions and touches nothing.
   * A repeated identity may be dropped by the store within its duplicate window (JetStream) or be stored
   * again (embedded): the fold's own identity check makes both the same. Its position is where it stands.
   */
  append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    options?: { readonly expectedSeq?: number },
  ): Promise<Result<readonly number[], AppendError>>;

  /** The entries of a range in order, as they stand when the reading begins. */
  read(roll: RollId, range?: ReadRange): AsyncIterable<LogEntry>;

  /**
   * The entries after a position (null: from the first), then each new one as it is acknowledged, whoever
   * wrote it; ends when the signal aborts. `after` takes `seq` and `cursor` of an entry of this roll.
   */
  follow(
    roll: RollId,
    after: Pick<LogEntry, 'seq' | 'cursor'> | null,
    signal: AbortSignal,
  ): AsyncIterable<LogEntry>;

  /** The seq of the roll's last entry; 0 if it has none or is not known. */
  head(roll: RollId): Promise<number>;

  /** The head of every roll, by its name, in a request or two whatever their number. */
  heads(): Promise<ReadonlyMap<string, number>>;

  /**
   * Makes a roll known, with its title, basis and base. One that was opened and has entries of its own keeps title and
   * basis, and the answer has those; with another base it is refused. A closed one is in lists again. A base must exist
   * and reach `base.seq`.
   */
  open(roll: RollId, about: RollAbout): Promise<Result<RollInfo, BranchRefused | Unavailable>>;

  /** Marks a roll as closed, for whoever lists rolls, until it is opened again. Its log stays and can be written. */
  closeRoll(roll: RollId): Promise<Result<RollInfo, NoSuchRoll | Unavailable>>;

  /** Notes whether a what-if counts in a roll, for those who do not fold it. */
  noteWhatIf(roll: RollId, isHypothetical: boolean): Promise<Result<RollInfo, NoSuchRoll | Unavailable>>;

  /** The rolls known now, by name in code-unit order. */
  rolls(): Promise<readonly RollInfo[]>;

  /** The rolls known now, then each one as it becomes known or its description changes; ends when the signal aborts. */
  followRolls(signal: AbortSignal): AsyncIterable<RollInfo>;

  /** Why nothing can be appended or read now, as far as that is known without trying; null if nothing is known of. */
  outage(): string | null;

  /** Finishes what is under way and lets go of the store. */
  close(): Promise<void>;
}
