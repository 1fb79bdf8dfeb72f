import type { Outcome } from '../roll/outcome.ts';

/** What any outcome takes, and what each move adds: the contingent's state before and after, postings, their document. */
const OUTCOME_BYTES = 1_000;
const MOVE_BYTES = 1_000;

/** What an outcome, and what readers are told of it, take in memory, about. Of what is refused only brief texts are kept. */
export function bytesOfOutcome(outcome: Outcome, entryBytes: number): number {
  if (outcome.kind !== 'accepted') return OUTCOME_BYTES;
  return OUTCOME_BYTES + entryBytes + outcome.transition.moves.length * MOVE_BYTES;
}
