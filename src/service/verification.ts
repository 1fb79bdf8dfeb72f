import type { Kernels } from '../roll/kernels.ts';
import type { Outcome } from '../roll/outcome.ts';
import type { Loaded } from './checkpoints.ts';
import { type Discrepancy, firstDiscrepancy } from './difference.ts';
import { positionOf, RollFold, type RollFoldDump } from './roll-fold.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';

/** What a replay came to at an entry. */
export interface Moment {
  readonly entry: HomedEntry;
  /** What became of it when it was the log's last. */
  readonly outcome: Outcome;
  readonly roll: RollFold;
}

/** Something that was derived from a log, to be held against a replay. */
export interface Witness {
  /** What it is called. */
  readonly what: string;
  /** Compares what it has of an entry; called with every one, in order, until something differs. */
  see(moment: Moment): Promise<Discrepancy | null>;
  /** Called after the last entry: what is left over that no entry led to. */
  end(head: number): Promise<(Discrepancy & { readonly seq: number }) | null>;
  /** What was compared, in a few words. */
  summary(head: number): string;
}

/** The first thing that is not as the log has it. */
export interface Difference extends Discrepancy {
  readonly what: string;
  readonly seq: number;
}

/**
 * Folds a roll's log from its first entry to `head` and holds what was derived from it against that. Gives the first
 * difference, by seq; null if there is none. Memory: that of one fold.
 */
export async function verifyRoll(
  kernels: Kernels,
  log: RollLog,
  head: number,
  witnesses: readonly Witness[],
  onEntry: (seq: number) => void,
): Promise<Difference | null> {
  const roll = new RollFold(kernels, log);
  if (head > 0) {
    for await (const entry of log.read({ to: head })) {
      const moment = { entry, outcome: await roll.take(entry), roll };
      for (const witness of witnesses) {
        const found = await witness.see(moment);
        if (found !== null) return { what: witness.what, seq: entry.seq, ...found };
      }
      onEntry(entry.seq);
    }
  }
  for (const witness of witnesses) {
    const found = await witness.end(head);
    if (found !== null) return { what: witness.what, ...found };
  }
  return null;
}

/** A roll's checkpoint as it was loaded. One that the next start discards anyway is no difference. */
export function checkpointWitness(loaded: Loaded): Witness {
  const what = 'checkpoint';
  switch (loaded.kind) {
    case 'absent':
      return { what, see: async () => null, end: async () => null, summary: () => 'none' };
    case 'unusable': {
      const { problem, isStale } = loaded;
      const broken = { seq: 0, path: '$', expected: 'a whole checkpoint of this roll', found: problem };
      return {
        what,
        see: async () => null,
        end: async () => (isStale ? null : broken),
        summary: () => `${problem}: the next start discards it`,
      };
    }
    case 'loaded': {
      const { position, dump } = loaded.checkpoint;
      return {
        what,
        async see({ entry, roll }) {
          if (entry.seq !== position.seq) return null;
          return firstDiscrepancy(
            { position: positionOf(entry), dump: comparable(roll.dump()) },
            { position, dump: comparable(dump) },
          );
        },
        async end(head) {
          if (position.seq <= head) return null;
          return {
            seq: position.seq,
            path: '$.position.seq',
            expected: `at most ${head}`,
            found: position.seq,
          };
        },
        summary: () => `the same at ${position.seq}`,
      };
    }
    default:
      return loaded satisfies never;
  }
}

/** Refusals of form come into a fold when it is folded again, others as they happen; their order says nothing. */
function comparable(dump: RollFoldDump): RollFoldDump {
  const refusals = dump.fold.refusals.toSorted((a, b) => a.seq - b.seq);
  return { ...dump, fold: { ...dump.fold, refusals } };
}
