import { Recent, type RecentLimits } from './recent.ts';
import type { Update } from './service.ts';

/** What a reader is given at once, at most: as much as it can hold up when it takes nothing. */
const BATCH: RecentLimits = { items: 256, bytes: 65_536 };

/** Updates that follow each other, and the place after them. */
export interface Batch {
  readonly updates: readonly Update[];
  readonly next: number;
}

/**
 * The last updates of a roll, shared by all who read them: each reader keeps a place of its own, so a slow one
 * costs nothing and in the end finds its place gone.
 */
export class RecentUpdates {
  readonly #recent: Recent<Update>;
  /** Everything that happened after this entry is kept. */
  #since: number;
  /** The place of the last distribution. */
  #distributionAt = -1;
  /** By place, as long as nothing more comes: all who stand there get the same. */
  readonly #batches = new Map<number, Batch>();

  /** `since`: the entry after which updates will be put in. */
  constructor(limits: RecentLimits, since: number) {
    this.#recent = new Recent<Update>(limits, 0);
    this.#since = since;
  }

  get end(): number {
    return this.#recent.end;
  }

  /** `bytes`: what it takes in memory, about. A distribution takes the place of the one before: nobody needs both. */
  put(update: Update, bytes: number): void {
    if (update.kind === 'distribution') {
      this.#recent.forget(this.#distributionAt);
      this.#distributionAt = this.#recent.end;
    }
    this.#since = this.#recent.put(update, bytes)?.seq ?? this.#since;
    this.#batches.clear();
  }

  /**
   * The updates from a place on and before another, as many as are given at once. `gone` if the first was dropped,
   * undefined if it is not there yet.
   */
  batchAt(place: number, before = this.end): Batch | 'gone' | undefined {
    if (place < this.#recent.first) return 'gone';
    if (place >= before) return undefined;
    const known = before === this.end ? this.#batches.get(place) : undefined;
    if (known !== undefined) return known;
    const items = Math.min(BATCH.items, before - place);
    const { items: updates, next } = this.#recent.from(place, { ...BATCH, items });
    const batch = { updates, next };
    if (before === this.end) this.#batches.set(place, batch);
    return batch;
  }

  /** The place of the first update after an entry; null if some of them were dropped. */
  placeAfter(seq: number): number | null {
    if (seq < this.#since) return null;
    let place = this.end;
    while (place > 0) {
      const update = this.#recent.at(place - 1);
      const isDropped = place <= this.#recent.first;
      if (isDropped || (update !== undefined && update.seq <= seq)) break;
      place -= 1;
    }
    return place;
  }
}
