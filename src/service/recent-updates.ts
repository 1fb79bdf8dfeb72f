import { Recent, type RecentLimits } from './recent.ts';
import type { Update } from './service.ts';

/**
 * The last updates of a roll, shared by all who read them: each reader keeps a place of its own, so a slow one
 * costs nothing and in the end finds its place gone.
 */
export class RecentUpdates {
  readonly #recent: Recent<Update>;
  /** Everything that happened after this entry is kept. */
  #since: number;

  /** `since`: the entry after which updates will be put in. */
  constructor(limits: RecentLimits, since: number) {
    this.#recent = new Recent(limits, 0);
    this.#since = since;
  }

  get end(): number {
    return this.#recent.end;
  }

  /** `bytes`: what it takes in memory, about. */
  put(update: Update, bytes: number): void {
    this.#since = this.#recent.put(update, bytes)?.seq ?? this.#since;
  }

  /** The update at a place; `gone` if it was dropped, undefined if it is not there yet. */
  at(place: number): Update | 'gone' | undefined {
    return place < this.#recent.first ? 'gone' : this.#recent.at(place);
  }

  /** The place of the first update after an entry; null if some of them were dropped. */
  placeAfter(seq: number): number | null {
    if (seq < this.#since) return null;
    let place = this.end;
    while (place > 0) {
      const update = this.at(place - 1);
      if (update === undefined || update === 'gone' || update.seq <= seq) break;
      place -= 1;
    }
    return place;
  }
}
