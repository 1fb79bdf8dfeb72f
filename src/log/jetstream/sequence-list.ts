/** Ascending stream sequences, eight bytes each: where the entries of a roll stand in the stream. */
export class SequenceList {
  #values = new Float64Array(8);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds one; it must be larger than the last. */
  push(sequence: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = sequence;
  }

  /** The sequence at a place, from 0; undefined past the end. */
  at(place: number): number | undefined {
    return place < this.#length ? this.#values[place] : undefined;
  }

  /** The place of a sequence, from 0; -1 if it is not in the list. */
  placeOf(sequence: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.at(low) === sequence ? low : -1;
  }
}
