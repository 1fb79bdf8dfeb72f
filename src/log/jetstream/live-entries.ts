import { News } from '../news.ts';

/** An event as the stream has it; `cursor` is its sequence there. */
export interface StreamEntry {
  readonly cursor: number;
  readonly recordedTime: string;
  readonly bytes: Uint8Array;
  readonly publishedFor: string;
  /** As the message's header has it. */
  readonly traceparent?: string;
}

/** Bytes of entries kept for all readers together; one who is further behind reads from the stream again. */
const MOST_BYTES = 16_777_216;
/** What an entry takes here besides its bytes, roughly. */
const ENTRY_OVERHEAD = 200;

/**
 * The newest entries of the rolls that somebody follows, as one consumer brings them for all: so a follower costs
 * no request while nothing happens, and one that is slow holds up nobody and no memory.
 */
export class LiveEntries {
  readonly #lanes = new Map<string, Lane>();
  readonly #mostBytes: number;
  readonly #kept = { bytes: 0 };
  #fault: { readonly cause: unknown } | null = null;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** A reader of what comes of a roll from now on; to be undone by its `leave`. */
  join(roll: string): LiveReader {
    const lane = this.#lanes.get(roll) ?? new Lane(this.#kept, this.#fault);
    this.#lanes.set(roll, lane);
    return new LiveReader(lane, () => {
      if (lane.readers.size === 0) this.#lanes.delete(roll);
    });
  }

  /** Takes note of the next entry of the stream. */
  put(roll: string, entry: StreamEntry): void {
    this.#lanes.get(roll)?.put(entry);
    while (this.#kept.bytes > this.#mostBytes) {
      // Who is furthest behind: others need not read from the stream for it.
      const longest = [...this.#lanes.values()].reduce((one, other) =>
        other.bytes > one.bytes ? other : one,
      );
      longest.drop(longest.end);
    }
  }

  /** Ends every reading: no entry comes any more. */
  fail(cause: unknown): void {
    this.#fault = { cause };
    for (const lane of this.#lanes.values()) lane.fail(this.#fault);
  }
}

/** Who follows a roll: what it has not taken yet is kept for it, within bounds. */
export class LiveReader {
  readonly #lane: Lane;
  readonly #onLeft: () => void;
  #place: number;

  constructor(lane: Lane, onLeft: () => void) {
    this.#lane = lane;
    this.#onLeft = onLeft;
    this.#place = lane.end;
    lane.readers.add(this);
  }

  /** Of the next entry that it takes. */
  get place(): number {
    return this.#place;
  }

  /**
   * The entries after a cursor of those that came since it joined, then each as it comes, until the signal aborts.
   * Ends too when the next one was dropped: it is to be read from the stream. Throws when no more can come.
   */
  async *after(cursor: number, ended: AbortSignal): AsyncGenerator<StreamEntry> {
    const lane = this.#lane;
    if (lane.droppedTo > cursor) return;
    this.#place = Math.max(this.#place, lane.first);
    const release = lane.news.tellOnAbort(ended);
    try {
      while (!ended.aborted && this.#place >= lane.first) {
        const entry = lane.at(this.#place);
        if (entry !== undefined) {
          this.#place++;
          lane.dropTaken();
          // Where the consumer is behind, it brings what was read from the stream long ago.
          if (entry.cursor > cursor) yield entry;
        } else if (lane.fault !== null) {
          throw new Error('the stream is followed no longer', { cause: lane.fault.cause });
        } else {
          await lane.news.next();
        }
      }
    } finally {
      release();
    }
  }

  leave(): void {
    this.#lane.readers.delete(this);
    this.#lane.dropTaken();
    this.#onLeft();
  }
}

/** What came of one roll while somebody followed it, less what all who do have taken and what there was no room for. */
class Lane {
  readonly readers = new Set<LiveReader>();
  readonly news = new News();
  readonly #total: { bytes: number };
  readonly #kept: StreamEntry[] = [];
  #first = 0;
  #droppedTo = 0;
  #bytes = 0;
  #fault: { readonly cause: unknown } | null;

  /** `total`: of all lanes. */
  constructor(total: { bytes: number }, fault: { readonly cause: unknown } | null) {
    this.#total = total;
    this.#fault = fault;
  }

  /** The place of the oldest that is kept. */
  get first(): number {
    return this.#first;
  }

  /** The place of the next that comes. */
  get end(): number {
    return this.#first + this.#kept.length;
  }

  /** The cursor of the last that is kept no more. */
  get droppedTo(): number {
    return this.#droppedTo;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get fault(): { readonly cause: unknown } | null {
    return this.#fault;
  }

  at(place: number): StreamEntry | undefined {
    return this.#kept[place - this.#first];
  }

  put({ bytes, ...place }: StreamEntry): void {
    // A copy: the client's bytes are a part of all that came with them, and would keep it.
    this.#kept.push({ ...place, bytes: new Uint8Array(bytes) });
    this.#count(bytes, 1);
    this.news.tell();
  }

  fail(fault: { readonly cause: unknown }): void {
    this.#fault = fault;
    this.news.tell();
  }

  /** Keeps nothing before the place of the reader who is furthest behind. */
  dropTaken(): void {
    let least = this.end;
    for (const { place } of this.readers) least = Math.min(least, place);
    this.drop(least);
  }

  /** Keeps nothing before a place. */
  drop(before: number): void {
    // At once: to shift each of a long lane would move all the others each time.
    for (const { cursor, bytes } of this.#kept.splice(0, Math.max(0, before - this.#first))) {
      this.#first++;
      this.#droppedTo = cursor;
      this.#count(bytes, -1);
    }
  }

  #count(bytes: Uint8Array, sign: 1 | -1): void {
    const size = sign * (bytes.byteLength + ENTRY_OVERHEAD);
    this.#bytes += size;
    this.#total.bytes += size;
  }
}
