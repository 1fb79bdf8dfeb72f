import { hash } from 'node:crypto';
import type { EventType } from '../../events/catalogue.ts';
import type { Scope } from '../../events/definition.ts';
import type { MusterEvent } from '../../events/event.ts';

/** Who took an identity first, and what it said. */
export interface Identity {
  readonly seq: number;
  readonly type: EventType;
  readonly scope: Scope;
  readonly digest: number;
}

/** By source, then id. */
export type IdentitiesDump = ReadonlyMap<string, ReadonlyMap<string, Identity>>;

/** The identities (source + id) that a log holds. */
export class Identities {
  readonly #bySource = new Map<string, Map<string, Identity>>();
  readonly #base: Identities | null;

  /** Those of a log, or with a base: those of what comes after it, which it does not learn. */
  constructor(base: Identities | null = null) {
    this.#base = base;
  }

  find(source: string, id: string): Identity | undefined {
    return this.#bySource.get(source)?.get(id) ?? this.#base?.find(source, id);
  }

  take(seq: number, { envelope: { source, id }, type, scope }: MusterEvent, digest: number): void {
    let ids = this.#bySource.get(source);
    if (ids === undefined) {
      ids = new Map();
      this.#bySource.set(source, ids);
    }
    ids.set(id, { seq, type, scope, digest });
  }

  dump(): IdentitiesDump {
    return this.#bySource;
  }

  restore(identities: IdentitiesDump): void {
    for (const [source, ids] of identities) this.#bySource.set(source, new Map(ids));
  }
}

/**
 * What an event says, as 48 bits of a SHA-256: type, subject, instant and payload as written, the order of keys
 * apart (DOMAIN 7.2: 5 is not {5,5,5}). Enough to tell a repeat from a conflict, small enough for millions.
 */
export function digestOf({ type, subject, timeMs }: MusterEvent, written: unknown): number {
  const text = canonical([type, subject, timeMs, written]);
  return hash('sha256', text, 'buffer').readUIntBE(0, 6);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}
