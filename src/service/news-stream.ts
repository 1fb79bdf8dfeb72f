import { EventEmitter, once } from 'node:events';

/** Things as they come, for whoever follows them from some moment on. */
export class NewsStream<T> {
  readonly #readers = new Set<T[]>();
  readonly #news = new EventEmitter().setMaxListeners(0);

  put(item: T): void {
    for (const queue of this.#readers) queue.push(item);
    this.#news.emit('item');
  }

  /** What is there already, then each as it comes, until the signal aborts. */
  async *follow(there: readonly T[], signal: AbortSignal): AsyncGenerator<T> {
    const queue = [...there];
    this.#readers.add(queue);
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else await once(this.#news, 'item', { signal }).catch(() => {}); // it rejects for the signal only
      }
    } finally {
      this.#readers.delete(queue);
    }
  }
}
