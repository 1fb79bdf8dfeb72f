import type { RefusalCode } from '../roll/outcome.ts';
import type { Expectation } from './format.ts';
import type { Outcome } from './rehearsal.ts';

/** What the roll said to an event. */
export type Said =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'duplicate'; readonly of: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/** Why an expectation is not met: what was expected and what happened instead; null if it is met. */
export function unmet(expect: Expectation, said: Said): string | null {
  const happened = sayingOf(said);
  if (expect === 'accepted') {
    return said.kind === 'accepted' ? null : `expected accepted, but it ${happened}`;
  }
  const isMet = said.kind === 'refused' && said.code === expect.refused;
  return isMet ? null : `expected refused: ${expect.refused}, but it ${happened}`;
}

/** What happened to an event, as the end of a sentence. */
export function sayingOf(said: Said): string {
  switch (said.kind) {
    case 'accepted':
      return 'was accepted';
    case 'duplicate':
      return `repeats the event at seq ${said.of} and counts for nothing`;
    case 'refused':
      return `was refused: ${said.code}: ${said.message}`;
    default:
      return said satisfies never;
  }
}

export function saidIn(outcome: Outcome): Said {
  return outcome.kind === 'refused'
    ? { kind: 'refused', code: outcome.refusal.code, message: outcome.refusal.message }
    : outcome;
}
