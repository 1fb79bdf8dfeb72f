/** How much is kept: so many items, and so many bytes of them, whichever is less. */
export interface RecentLimits {
  readonly items: number;
  readonly bytes: number;
}

/**
 * The last of a series, each at its place. The newest is kept whatever its size, or nobody would ever get it.
 */
export class Recent<T> {
  readonly #limits: RecentLimits;
  readonly #kept = new Map<number, { readonly item: T; readonly bytes: number }>();
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
    return this.#end - this.#kept.size;
  }

  /** The item at a place; undefined if it was dropped or is not there yet. */
  at(place: number): T | undefined {
    return this.#kept.get(place)?.item;
  }

  /** The items from a place on: so many, and so many bytes of them, whichever is less, but one at least if there is one. */
  from(place: number, most: RecentLimits): T[] {
    const items: T[] = [];
    let bytes = 0;
    for (let at = place; items.length < most.items; at++) {
      const kept = this.#kept.get(at);
      bytes += kept?.bytes ?? 0;
      if (kept === undefined || (items.length > 0 && bytes > most.bytes)) break;
      items.push(kept.item);
    }
    return items;
  }

  /** Takes the next one, of about so many bytes, and drops the oldest as far as it takes; gives the last dropped. */
  put(item: T, bytes: number): T | undefined {
    this.#kept.set(this.#end, { item, bytes });
    this.#end += 1;
    this.#bytes += bytes;
    let dropped: T | undefined;
    while (this.#kept.size > 1 && this.#isOver()) {
      const { first } = this;
      const oldest = this.#kept.get(first);
      this.#kept.delete(first);
      this.#bytes -= oldest?.bytes ?? 0;
      dropped = oldest?.item;
    }
    return dropped;
  }

  #isOver(): boolean {
    return this.#kept.size > this.#limits.items || this.#bytes > this.#limits.bytes;
  }
}
