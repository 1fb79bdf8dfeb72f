import type { RollId } from '../../events/ids.ts';
import type { Base } from './port.ts';

/** A roll with where it branches from; a lineage goes from a branch to its base, to that one's base, and so on. */
export interface Ancestor {
  readonly roll: RollId;
  readonly base: Base | null;
}

/** Consecutive entries of a roll that are stored as one roll's own: the seqs `from`..`to`, inclusive. */
export interface Segment {
  readonly roll: RollId;
  readonly from: number;
  readonly to: number;
  /** Entries that the storing roll inherits: its own first entry is `offset` + 1. */
  readonly offset: number;
}

/**
 * Where the entries of a branch are stored, in order of seq: its bases' prefixes, the oldest first, then its own
 * without end. A branch from within what its base itself inherits takes nothing of that base's own.
 */
export function segments(lineage: readonly Ancestor[]): readonly Segment[] {
  const found: Segment[] = [];
  let to = Number.POSITIVE_INFINITY;
  for (const { roll, base } of lineage) {
    const offset = base?.seq ?? 0;
    if (to > offset) {
      found.unshift({ roll, from: offset + 1, to, offset });
    }
    to = Math.min(to, offset);
  }
  return found;
}
