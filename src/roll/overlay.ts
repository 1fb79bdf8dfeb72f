/** A map over another that it leaves as it is: what is set here hides what is there. In order as one map would be. */
export class Overlay<K, V> {
  readonly #base: Pick<ReadonlyMap<K, V>, 'get' | 'has' | typeof Symbol.iterator>;
  readonly #set = new Map<K, V>();

  constructor(base: Pick<ReadonlyMap<K, V>, 'get' | 'has' | typeof Symbol.iterator>) {
    this.#base = base;
  }

  get(key: K): V | undefined {
    return this.#set.get(key) ?? this.#base.get(key);
  }

  has(key: K): boolean {
    return this.#set.has(key) || this.#base.has(key);
  }

  set(key: K, value: V): void {
    this.#set.set(key, value);
  }

  *[Symbol.iterator](): MapIterator<[K, V]> {
    for (const [key, value] of this.#base) yield [key, this.#set.get(key) ?? value];
    for (const entry of this.#set) {
      if (!this.#base.has(entry[0])) yield entry;
    }
  }
}
