/** What became of a key; the value is null when it was removed. */
export interface LeaseChange {
  readonly key: string;
  readonly value: string | null;
  /** Grows with every change of any key. */
  readonly revision: number;
}

/** Where leases stand, for every process that shares the rolls. What can't be reached throws. */
export interface LeaseStore {
  /** The last change of every key, then each change, in their order; ends when the signal aborts. */
  changes(signal: AbortSignal): AsyncIterable<LeaseChange>;
  /** Writes a key whatever stands there; gives the revision. */
  put(key: string, value: string): Promise<number>;
  /** Writes a key if that revision is its last (0: it never was written); gives the new one, null if another came. */
  swap(key: string, value: string, revision: number): Promise<number | null>;
  /** Removes a key if that revision is its last; false if another came. */
  remove(key: string, revision: number): Promise<boolean>;
}
