import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import { z } from 'zod';
import { isExpectationFailed, type Publisher } from '../../log/jetstream/publisher.ts';

const valueSchema = z.object({ seq: z.number() });

/**
 * A KV bucket of JSON documents, each about its key as of an entry of a log (`seq` in the document). An older one
 * never takes the place of a newer, whoever writes: what stands in the end is what the log says.
 */
export class NewestValues {
  readonly #bucket: KV;
  readonly #publisher: Publisher;
  /** What this process put at a key; if another has written since, the server refuses. */
  readonly #known = new Map<
    string,
    { readonly seq: number; readonly body: string; readonly revision: number }
  >();

  /** `publisher`: knows whether there is a connection. */
  constructor(bucket: KV, publisher: Publisher) {
    this.#bucket = bucket;
    this.#publisher = publisher;
  }

  /**
   * Puts a document in the place of an earlier one, or of another about the same entry; false, and nothing changes, if
   * one about a later entry stands there. Throws when the bucket can't be reached: then it may have been put or not.
   */
  async put(key: string, seq: number, body: string): Promise<boolean> {
    for (;;) {
      this.#publisher.requireConnection();
      const known = this.#known.get(key);
      const stored = known === undefined ? await this.#bucket.get(key) : null;
      const storedSeq = known?.seq ?? seqIn(stored);
      if (storedSeq > seq) return false;
      if (storedSeq === seq && (known?.body ?? stored?.string()) === body) return true;
      const revision = await this.#replace(key, body, known?.revision ?? stored?.revision ?? 0);
      if (revision !== null) {
        this.#known.set(key, { seq, body, revision });
        return true;
      }
    }
  }

  /** Takes away what stands at a key. Throws as `put` does. */
  async remove(key: string): Promise<void> {
    this.#publisher.requireConnection();
    this.#known.delete(key);
    if ((await this.#bucket.get(key))?.operation === 'PUT') await this.#bucket.delete(key);
  }

  /** The new revision; null if another came first. */
  async #replace(key: string, body: string, revision: number): Promise<number | null> {
    this.#known.delete(key); // without an answer nobody knows
    try {
      return await this.#bucket.put(key, body, { previousSeq: revision });
    } catch (error) {
      if (error instanceof JetStreamApiError && isExpectationFailed(error.code)) return null;
      throw error;
    }
  }
}

/** The entry that a stored document is about; before all others if it is none. */
function seqIn(entry: KvEntry | null): number {
  if (entry === null || entry.operation !== 'PUT') return -1;
  try {
    return valueSchema.safeParse(entry.json()).data?.seq ?? -1;
  } catch {
    return -1;
  }
}
