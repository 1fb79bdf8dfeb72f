import type { Update } from './service.ts';

/**
 * The last updates of a roll, shared by all who read them: each reader keeps a place of its own, so a slow one
 * costs nothing and in the end finds its place gone.
 */
export class RecentUpdates {
  readonly #capacity: number;
  readonly #kept: Update[] = [];
  /** Updates since the start: the place that the next one gets. */
  #end = 0;
  /** Everything that happened after this entry is kept. */
  #since: number;

  /** `since`: the entry after which updates will be put in. */
  constructor(capacity: number, since: number) {
    this.#capacity = capacity;
    this.#since = since;
  }

  get end(): number {
    return this.#end;
  }

  put(update: Update): void {
    const place = this.#end % this.#capacity;
    this.#since = this.#kept[place]?.seq ?? this.#since;
    this.#kept[place] = update;
    this.#end += 1;
  }

  /** The update at a place; `gone` if it was dropped, undefined if it is not there yet. */
  at(place: number): Update | 'gone' | undefined {
    if (place < this.#end - this.#capacity) return 'gone';
    return place < this.#end ? this.#kept[place % this.#capacity] : undefined;
  }

  /** The place of the first update after an entry; null if some of them were dropped. */
  placeAfter(seq: number): number | null {
    if (seq < this.#since) return null;
    let place = this.#end;
    while (place > 0) {
      const update = this.at(place - 1);
      if (update === undefined || update === 'gone' || update.seq <= seq) break;
      place -= 1;
    }
    return place;
  }
}
