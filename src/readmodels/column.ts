/** Numbers as a checkpoint keeps them. */
export type Cells = Uint8Array | Uint32Array | Float64Array;

const FIRST_ROOM = 8;

/**
 * Numbers of one kind, one after the other, in a typed array that grows: however many there are, the garbage
 * collector has nothing to walk.
 */
export class Column {
  readonly #make: (room: number) => Cells;
  #cells: Cells;
  #length: number;

  /** `make`: such as `(room) => new Float64Array(room)`; `cells`: those that it begins with, of that kind. */
  constructor(make: (room: number) => Cells, cells = make(0)) {
    this.#make = make;
    this.#cells = cells;
    this.#length = cells.length;
  }

  get length(): number {
    return this.#length;
  }

  /** The number in a row, counted from 0. Throws RangeError where there is none. */
  at(row: number): number {
    const cell = row < this.#length ? this.#cells[row] : undefined;
    if (cell === undefined) throw new RangeError(`There is no row ${row} of ${this.#length}`);
    return cell;
  }

  push(value: number): void {
    if (this.#length === this.#cells.length) {
      const wider = this.#make(Math.max(FIRST_ROOM, 2 * this.#length));
      wider.set(this.#cells);
      this.#cells = wider;
    }
    this.#cells[this.#length++] = value;
  }

  /** The first row whose number is larger than this one; in a column that ascends. */
  firstAfter(value: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** All that a checkpoint has to keep; later rows do not change it. */
  dump(): Cells {
    return this.#cells.subarray(0, this.#length);
  }
}

export const bytes = (cells?: Cells) => new Column((room) => new Uint8Array(room), cells);
export const wholes = (cells?: Cells) => new Column((room) => new Uint32Array(room), cells);
export const doubles = (cells?: Cells) => new Column((room) => new Float64Array(room), cells);
