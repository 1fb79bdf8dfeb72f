import { hash } from 'node:crypto';
import { catalogue, type EventType } from '../../events/catalogue.ts';
import type { Scope } from '../../events/definition.ts';

/** Who took an identity first, and what it said. */
export interface Identity {
  readonly seq: number;
  readonly type: EventType;
  readonly scope: Scope;
  readonly digest: number;
}

/** In the order in which they were taken; of each 128 bits of its key, its digest, its seq and its type's place in the catalogue. */
export interface IdentitiesDump {
  readonly keys: Uint32Array;
  readonly digests: Float64Array;
  readonly seqs: Float64Array;
  readonly types: Uint8Array;
}

const WORDS = 4;
const FIRST_ROOM = 16;
const placeOf: ReadonlyMap<string, number> = new Map(catalogue.map(({ type }, place) => [type, place]));

/**
 * The identities (source + id) that a log holds, in flat arrays: some 50 bytes each, nothing for the garbage collector
 * to walk. A hash table with open addressing, by key.
 */
export class Identities {
  readonly #base: Identities | null;
  #size = 0;
  #keys: Uint32Array = new Uint32Array(WORDS * FIRST_ROOM);
  #digests: Float64Array = new Float64Array(FIRST_ROOM);
  #seqs: Float64Array = new Float64Array(FIRST_ROOM);
  #types: Uint8Array = new Uint8Array(FIRST_ROOM);
  /** One more than the place of the identity whose key leads here; 0 where there is none. Twice the room, at least half empty. */
  #slots = new Uint32Array(2 * FIRST_ROOM);

  /** Those of a log, or with a base: those of what comes after it, which it does not learn. */
  constructor(base: Identities | null = null) {
    this.#base = base;
  }

  /** `key`: of its source and id, by `identityKey`. */
  find(key: string): Identity | undefined {
    const place = (this.#slots[this.#slotOf(key)] ?? 0) - 1;
    if (place < 0) return this.#base?.find(key);
    const entry = catalogue[this.#types[place] ?? 0];
    const [seq, digest] = [this.#seqs[place], this.#digests[place]];
    if (entry === undefined || seq === undefined || digest === undefined) return undefined;
    return { seq, type: entry.type, scope: entry.scope, digest };
  }

  /** Takes one that `find` does not find. */
  take(key: string, seq: number, type: EventType, digest: number): void {
    if (this.#size === this.#seqs.length) this.#grow(2 * this.#size);
    const place = this.#size++;
    for (let word = 0; word < WORDS; word++) this.#keys[WORDS * place + word] = wordOf(key, word);
    this.#digests[place] = digest;
    this.#seqs[place] = seq;
    this.#types[place] = placeOf.get(type) ?? 0;
    this.#slots[this.#slotOf(key)] = place + 1;
  }

  /** All that a checkpoint has to keep; it changes with the next `take`. */
  dump(): IdentitiesDump {
    return {
      keys: this.#keys.subarray(0, WORDS * this.#size),
      digests: this.#digests.subarray(0, this.#size),
      seqs: this.#seqs.subarray(0, this.#size),
      types: this.#types.subarray(0, this.#size),
    };
  }

  restore({ keys, digests, seqs, types }: IdentitiesDump): void {
    this.#keys = keys;
    this.#digests = digests;
    this.#seqs = seqs;
    this.#types = types;
    this.#size = seqs.length;
    this.#grow(2 ** Math.ceil(Math.log2(Math.max(FIRST_ROOM, seqs.length))));
  }

  /** Where a key stands, or the free slot where it would. */
  #slotOf(key: string): number {
    const [keys, slots] = [this.#keys, this.#slots];
    const first = wordOf(key, 0);
    for (let slot = first & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const taken = slots[slot] ?? 0;
      if (taken === 0) return slot;
      const at = WORDS * (taken - 1);
      if (keys[at] === first && [1, 2, 3].every((word) => keys[at + word] === wordOf(key, word))) return slot;
    }
  }

  /** Makes room for so many, a power of two. */
  #grow(room: number): void {
    const keys = new Uint32Array(WORDS * room);
    const digests = new Float64Array(room);
    const seqs = new Float64Array(room);
    const types = new Uint8Array(room);
    keys.set(this.#keys.subarray(0, WORDS * this.#size));
    digests.set(this.#digests.subarray(0, this.#size));
    seqs.set(this.#seqs.subarray(0, this.#size));
    types.set(this.#types.subarray(0, this.#size));
    this.#keys = keys;
    this.#digests = digests;
    this.#seqs = seqs;
    this.#types = types;

    const slots = new Uint32Array(2 * room);
    for (let place = 0; place < this.#size; place++) {
      let slot = (keys[WORDS * place] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}

/**
 * The key of an identity: a SHA-256 of source and id, one character a byte. No two identities that anybody finds have
 * one key in common, nor the 128 bits of it that are kept. As JSON, which tells half surrogates apart where UTF-8
 * does not.
 */
export function identityKey(source: string, id: string): string {
  return hash('sha256', `${JSON.stringify(source)}${JSON.stringify(id)}`, 'binary');
}

/** The 32 bits at a place of a key. */
function wordOf(key: string, word: number): number {
  const at = 4 * word;
  const [a, b] = [key.charCodeAt(at), key.charCodeAt(at + 1)];
  const [c, d] = [key.charCodeAt(at + 2), key.charCodeAt(at + 3)];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}
