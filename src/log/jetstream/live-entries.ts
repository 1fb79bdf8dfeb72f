import { EventEmitter, once } from 'node:events';
import { onlyIfNot } from '../latest-rolls.ts';

/** An event as the stream has it; `cursor` is its sequence there. */
export interface StreamEntry {
  readonly cursor: number;
  readonly recordedTime: string;
  readonly bytes: Uint8Array;
  /** As the message's header has it. */
  readonly traceparent?: string;
}

/** Bytes of entries kept for all readers together; one who is further behind reads from the stream again. */
const MOST_BYTES = 16_777_216;
/** What an entry takes here besides its bytes, roughly. */
const ENTRY_OVERHEAD = 200;

interface Lane {
  readers: number;
  /** Entries that came while somebody read, the oldest first, less those dropped. */
  readonly kept: StreamEntry[];
  /** How many were dropped, and the cursor of the last of them. */
  dropped: number;
  droppedTo: number;
  readonly news: EventEmitter;
}

/**
 * The newest entries of the rolls that somebody follows, as one consumer brings them for all: so a follower costs
 * no request while nothing happens, and one that is slow holds up nobody and no memory.
 */
export class LiveEntries {
  readonly #lanes = new Map<string, Lane>();
  /** Whose each entry is that is kept, numbered as they came from `#oldest` on. */
  readonly #kept = new Map<number, Lane>();
  #oldest = 0;
  readonly #mostBytes: number;
  #bytes = 0;
  #fault: unknown = null;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Begins to keep a roll's entries. To be undone by `leave`. */
  join(roll: string): void {
    const lane = this.#lanes.get(roll);
    if (lane !== undefined) {
      lane.readers++;
      return;
    }
    const news = new EventEmitter().setMaxListeners(0);
    this.#lanes.set(roll, { readers: 1, kept: [], dropped: 0, droppedTo: 0, news });
  }

  leave(roll: string): void {
    const lane = this.#lanes.get(roll);
    if (lane !== undefined && --lane.readers === 0) {
      this.#lanes.delete(roll);
    }
  }

  /** Takes note of the next entry of the stream. */
  put(roll: string, { bytes, ...place }: StreamEntry): void {
    const lane = this.#lanes.get(roll);
    if (lane === undefined) {
      return;
    }
    // A copy: the client's bytes are a part of all that came with them, and would keep it.
    lane.kept.push({ ...place, bytes: new Uint8Array(bytes) });
    this.#kept.set(this.#oldest + this.#kept.size, lane);
    this.#bytes += sizeOf(bytes);
    while (this.#bytes > this.#mostBytes) {
      this.#dropOldest();
    }
    lane.news.emit('entry');
  }

  /** Ends every reading: no entry comes any more. */
  fail(cause: unknown): void {
    this.#fault = cause;
    for (const { news } of this.#lanes.values()) {
      news.emit('entry');
    }
  }

  /**
   * The entries of a roll that was joined, after a cursor, then each as it comes, until the signal aborts. Ends too
   * when the next one was dropped: it is to be read from the stream. Throws when no more can come.
   */
  async *after(roll: string, cursor: number, ended: AbortSignal): AsyncGenerator<StreamEntry> {
    const lane = this.#lanes.get(roll);
    if (lane === undefined || lane.droppedTo > cursor) {
      return;
    }
    const first = lane.kept.findIndex((entry) => entry.cursor > cursor);
    let place = lane.dropped + (first === -1 ? lane.kept.length : first);
    while (!ended.aborted && place >= lane.dropped) {
      const entry = lane.kept[place - lane.dropped];
      if (entry !== undefined) {
        place++;
        // Where the consumer is behind, it brings what was read from the stream long ago.
        if (entry.cursor > cursor) yield entry;
      } else if (this.#fault !== null) {
        throw new Error('the stream is followed no longer', { cause: this.#fault });
      } else {
        await once(lane.news, 'entry', { signal: ended }).catch(onlyIfNot(ended));
      }
    }
  }

  #dropOldest(): void {
    const lane = this.#kept.get(this.#oldest);
    const entry = lane?.kept.shift();
    if (lane === undefined || entry === undefined) throw new Error('there is nothing to drop');
    lane.dropped++;
    lane.droppedTo = entry.cursor;
    this.#kept.delete(this.#oldest++);
    this.#bytes -= sizeOf(entry.bytes);
  }
}

function sizeOf(bytes: Uint8Array): number {
  return bytes.byteLength + ENTRY_OVERHEAD;
}
