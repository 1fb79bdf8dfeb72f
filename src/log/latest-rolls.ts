import { EventEmitter, once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { rollName } from '../../events/ids.ts';
import type { RollInfo } from './port.ts';

/**
 * Descriptions of rolls on their way to one who follows them: the latest of each, so that one who is slow to
 * ask gets no queue of old ones, and none twice.
 */
export class LatestRolls {
  readonly #pending = new Map<string, RollInfo>();
  readonly #given = new Map<string, RollInfo>();
  readonly #news = new EventEmitter();

  /** Whether the roll was noted before. */
  has(info: RollInfo): boolean {
    const name = rollName(info.roll);
    return this.#pending.has(name) || this.#given.has(name);
  }

  note(info: RollInfo): void {
    const name = rollName(info.roll);
    if (!isDeepStrictEqual(this.#pending.get(name) ?? this.#given.get(name), info)) {
      this.#pending.set(name, info);
      this.#news.emit('noted');
    }
  }

  /** What was noted and what will be, until the signal aborts. */
  async *follow(ended: AbortSignal): AsyncGenerator<RollInfo, void, undefined> {
    while (!ended.aborted) {
      const [first] = this.#pending;
      if (first === undefined) {
        await once(this.#news, 'noted', { signal: ended }).catch(onlyIfNot(ended));
        continue;
      }
      const [name, info] = first;
      this.#pending.delete(name);
      this.#given.set(name, info);
      yield info;
    }
  }
}

/** A handler for the rejection of a wait: the end of the wait is no error. */
export function onlyIfNot(ended: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!ended.aborted) {
      throw error;
    }
  };
}
