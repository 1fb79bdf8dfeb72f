import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RollId } from '../../events/ids.ts';
import { type Ancestor, type Segment, segments } from '../log/lineage.ts';
import type { EventLog, LogEntry, ReadRange, RollInfo } from '../log/port.ts';
import type { RawEntry } from '../roll/settlement.ts';

/** An entry with where it is stored: for what a branch inherits, that is the base's timeline. */
export type HomedEntry = LogEntry & RawEntry & { readonly home: RollId };

/** Entries folded in one turn of the event loop: some milliseconds of work, then others have their turn. */
const ENTRIES_PER_TURN = 128;

/** One roll's log as its fold reads it. */
export class RollLog {
  readonly roll: RollId;
  readonly #log: EventLog;
  readonly #segments: readonly Segment[];

  /** `known`: the rolls of the log, with this one and every base that it goes back to. */
  constructor(log: EventLog, roll: RollId, known: readonly RollInfo[]) {
    this.#log = log;
    this.roll = roll;
    this.#segments = segments(lineageOf(roll, known));
  }

  head(): Promise<number> {
    return this.#log.head(this.roll);
  }

  /** As the log's `read`. */
  read(range: ReadRange = {}): AsyncGenerator<HomedEntry> {
    return this.#homed(this.#log.read(this.roll, range));
  }

  /** As the log's `follow`. */
  follow(after: Pick<LogEntry, 'seq' | 'cursor'> | null, signal: AbortSignal): AsyncGenerator<HomedEntry> {
    return this.#homed(this.#log.follow(this.roll, after, signal));
  }

  async *#homed(entries: AsyncIterable<LogEntry>): AsyncGenerator<HomedEntry> {
    let count = 0;
    for await (const entry of entries) {
      yield homed(entry, this.#home(entry.seq));
      // Entries that are there already come without a pause; timers and sockets must not wait for the last.
      if (++count % ENTRIES_PER_TURN === 0) await nextTurn();
    }
  }

  #home(seq: number): RollId {
    return this.#segments.find(({ from, to }) => from <= seq && seq <= to)?.roll ?? this.roll;
  }
}

/** Written out, for this is done to each entry there is: a spread costs twice as much. */
function homed(entry: LogEntry, home: RollId): HomedEntry {
  const { seq, recordedTime, bytes, cursor, traceparent, publishedFor } = entry;
  const one: { -readonly [K in keyof HomedEntry]: HomedEntry[K] } = {
    seq,
    recordedTime,
    bytes,
    cursor,
    home,
  };
  if (traceparent !== undefined) one.traceparent = traceparent;
  if (publishedFor !== undefined) one.publishedFor = publishedFor;
  return one;
}

/** The roll, its base, that one's base …, as the rolls known of a log say. */
export function lineageOf(roll: RollId, known: readonly RollInfo[]): Ancestor[] {
  const { theatre } = roll;
  const lineage: Ancestor[] = [];
  for (let timeline: string | null = roll.timeline; timeline !== null; ) {
    const at: RollId = { theatre, timeline };
    const info = known.find((one) => one.roll.theatre === theatre && one.roll.timeline === at.timeline);
    lineage.push({ roll: at, base: info?.base ?? null });
    timeline = info?.base?.timeline ?? null;
  }
  return lineage;
}
