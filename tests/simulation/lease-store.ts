import type { LeaseChange, LeaseStore } from '../../src/service/leases/ports.ts';
import { feed } from './feed.ts';
import type { Wire } from './host.ts';

/** The leases of all processes. */
export class Leases {
  readonly #last = new Map<string, LeaseChange>();
  readonly #watchers = new Set<(change: LeaseChange) => void>();
  #revision = 0;

  /** Null if that revision is not the key's last. */
  write(key: string, value: string | null, expected?: number): number | null {
    if (expected !== undefined && expected !== (this.#last.get(key)?.revision ?? 0)) return null;
    this.#revision += 1;
    const change = { key, value, revision: this.#revision };
    this.#last.delete(key);
    this.#last.set(key, change);
    for (const tell of this.#watchers) tell(change);
    return change.revision;
  }

  watch(tell: (change: LeaseChange) => void): () => void {
    for (const change of this.#last.values()) tell(change);
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }
}

/** The leases as one process has them. */
export function leaseStore(leases: Leases, wire: Wire): LeaseStore {
  return {
    changes: (signal) => feed(wire, (tell) => leases.watch(tell), signal),
    put: async (key, value) => (await wire.call(() => leases.write(key, value))) ?? 0,
    swap: (key, value, revision) => wire.call(() => leases.write(key, value, revision)),
    remove: async (key, revision) => (await wire.call(() => leases.write(key, null, revision))) !== null,
  };
}
