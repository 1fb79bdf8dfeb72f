/** How much is kept: so many items, and so many bytes of them, whichever is less. */
export interface RecentLimits {
  readonly items: number;
  readonly bytes: number;
}

interface Kept<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * The last of a series, each at its place. The newest is kept whatever its size, or nobody would ever get it.
 */
export class Recent<T> {
  readonly #limits: RecentLimits;
  /** The first `#gone` slots are free; null in one after them: forgotten. */
  readonly #slots: (Kept<T> | null)[] = [];
  #gone = 0;
  #bytes = 0;
  #end: number;

  /** `start`: the place of the first that will be put in. */
  constructor(limits: RecentLimits, start: number) {
    this.#limits = limits;
    this.#end = start;
  }

  /** The place that the next one gets. */
  get end(): number {
    return this.#end;
  }

  /** The place of the oldest that is kept; `end` if none is. */
  get first(): number {
    return this.#end - this.#size;
  }

  /** The item at a place; undefined if it was dropped or forgotten, or is not there yet. */
  at(place: number): T | undefined {
    return this.#slots[this.#slotOf(place)]?.item;
  }

  /**
   * The items from a place on that is kept, and the place after them: of so many places, and of so many bytes,
   * whichever is less, but one item at least if there is one.
   */
  from(place: number, most: RecentLimits): { readonly items: readonly T[]; readonly next: number } {
    const items: T[] = [];
    let bytes = 0;
    let next = place;
    for (; next < this.#end && next - place < most.items; next++) {
      const kept = this.#slots[this.#slotOf(next)];
      if (kept === undefined || kept === null) continue;
      bytes += kept.bytes;
      if (items.length > 0 && bytes > most.bytes) break;
      items.push(kept.item);
    }
    return { items, next };
  }

  /** Takes the next one, of about so many bytes, and drops the oldest as far as it takes; gives the last dropped. */
  put(item: T, bytes: number): T | undefined {
    this.#slots.push({ item, bytes });
    this.#end += 1;
    this.#bytes += bytes;
    let dropped: T | undefined;
    while (this.#size > 1 && this.#isOver()) {
      const oldest = this.#slots[this.#gone] ?? null;
      this.forget(this.first);
      this.#gone += 1;
      dropped = oldest?.item ?? dropped;
    }
    // A shift of each would move all that are kept.
    if (2 * this.#gone > this.#slots.length) {
      this.#slots.splice(0, this.#gone);
      this.#gone = 0;
    }
    return dropped;
  }

  /** Keeps nothing at a place any more, which stays where it is among the others. */
  forget(place: number): void {
    const slot = this.#slotOf(place);
    const kept = this.#slots[slot];
    if (kept === undefined || kept === null) return;
    this.#slots[slot] = null;
    this.#bytes -= kept.bytes;
  }

  get #size(): number {
    return this.#slots.length - this.#gone;
  }

  #slotOf(place: number): number {
    return place < this.first ? -1 : this.#slots.length - (this.#end - place);
  }

  #isOver(): boolean {
    return this.#size > this.#limits.items || this.#bytes > this.#limits.bytes;
  }
}
