import type { Fact, RawEntry, Retracted, Settlement } from './settlement.ts';
import type { View } from './view.ts';

/** Entries of a log between two places in it, both among them. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
}

/** Reads entries of one log, in its order. */
export type ReadRange = (range: EntryRange) => AsyncIterable<RawEntry> | Iterable<RawEntry>;

/** So many entries that nobody asked for are read along rather than a new reading begun. */
const GAP_MOST = 256;

/**
 * Gives facts of a log to `take`, by seq in the order wanted, each once and with its turn (from 0), as a view of the
 * first `length` entries sees them; not those that it does not hold. The log is read forwards, however they are ordered: what comes before
 * its turn is kept until then.
 */
export async function factsInTurn(
  read: ReadRange,
  settlement: Settlement,
  { view, length }: { readonly view: View; readonly length: number },
  wanted: readonly number[],
  take: (fact: Fact | Retracted, turn: number) => void,
): Promise<void> {
  const early = new Map<number, Fact | Retracted | null>();
  const ascending = wanted.toSorted((a, b) => a - b);
  let next = 0;
  let turn = 0;
  for (const range of ranges(ascending)) {
    for await (const entry of read(range)) {
      if (entry.seq !== ascending[next]) continue;
      next += 1;
      const recalled = settlement.recall(entry, view, length);
      if (entry.seq !== wanted[turn]) {
        early.set(entry.seq, recalled);
        continue;
      }
      if (recalled !== null) take(recalled, turn);
      turn += 1;
      for (
        let seq = wanted[turn];
        early.size > 0 && seq !== undefined && early.has(seq);
        seq = wanted[turn]
      ) {
        const waiting = early.get(seq) ?? null;
        early.delete(seq);
        if (waiting !== null) take(waiting, turn);
        turn += 1;
      }
    }
  }
  if (turn !== wanted.length)
    throw new Error(`The log gave ${next} of ${wanted.length} entries that it had before`);
}

function* ranges(ascending: readonly number[]): Generator<EntryRange> {
  let [from] = ascending;
  if (from === undefined) return;
  let to = from;
  for (const seq of ascending) {
    if (seq - to > GAP_MOST) {
      yield { from, to };
      from = seq;
    }
    to = seq;
  }
  yield { from, to };
}
