import { setImmediate as moment } from 'node:timers/promises';
import { leave } from '../leave.ts';

/** What an iterator gives, taken as much at a time as is there: who was busy for long takes more at once. */
export class Backlog<T> {
  readonly #iterator: AsyncIterator<T>;
  #first: IteratorResult<T> | null = null;
  #coming: Promise<void> | null = null;

  constructor(items: AsyncIterable<T>) {
    this.#iterator = items[Symbol.asyncIterator]();
  }

  /** Waits until there is an item to take; false if no more will come. */
  async isWaiting(): Promise<boolean> {
    while (this.#first === null) await this.#fetch();
    return this.#first.done !== true;
  }

  /** The items that are there now, as long as there is room for the next. Does not wait for more. */
  async take(hasRoomFor: (item: T) => boolean): Promise<T[]> {
    const taken: T[] = [];
    for (;;) {
      if (this.#first === null) await Promise.race([this.#fetch(), moment()]);
      if (this.#first === null || this.#first.done === true || !hasRoomFor(this.#first.value)) return taken;
      taken.push(this.#first.value);
      this.#first = null;
    }
  }

  /** Ends the iterator, once what it is asked for now has come; nothing can be taken after that. */
  close(): void {
    leave(this.#iterator);
  }

  #fetch(): Promise<void> {
    if (this.#coming === null) {
      this.#coming = this.#iterator.next().then((result) => {
        this.#first = result;
        this.#coming = null;
      });
      this.#coming.catch(() => {}); // whoever waits next is told
    }
    return this.#coming;
  }
}
