import { NAMED, NONE, only } from './evidence.ts';
import type { Behind } from './report.ts';

/** The states of which deniability is asked, by the codes that an event's `by` gives them. */
export const DENYING_STATES = ['KP', 'RU'] as const;

export type DenyingState = (typeof DENYING_STATES)[number];

/** What came out about a contingent or the whole roll, and when first; null for what did not. */
export interface DenialFacts {
  /** Exposed, confirmed, or acknowledged by anyone. */
  readonly knownMs: number | null;
  readonly acknowledgedMs: Readonly<Record<DenyingState, number | null>>;
  readonly events: Behind;
}

export const NO_FACTS: DenialFacts = {
  knownMs: null,
  acknowledgedMs: { KP: null, RU: null },
  events: NONE,
};

/** What one fact lets out; `acknowledgedBy` is the state that acknowledged it. */
export function letOut(timeMs: number, seq: number, acknowledgedBy: string | undefined): DenialFacts {
  return {
    knownMs: timeMs,
    acknowledgedMs: {
      KP: acknowledgedBy === 'KP' ? timeMs : null,
      RU: acknowledgedBy === 'RU' ? timeMs : null,
    },
    events: only(seq),
  };
}

/** Two lots of facts as one. */
export function together(a: DenialFacts, b: DenialFacts): DenialFacts {
  return {
    knownMs: earlier(a.knownMs, b.knownMs),
    acknowledgedMs: {
      KP: earlier(a.acknowledgedMs.KP, b.acknowledgedMs.KP),
      RU: earlier(a.acknowledgedMs.RU, b.acknowledgedMs.RU),
    },
    events: {
      count: a.events.count + b.events.count,
      seqs: [...a.events.seqs, ...b.events.seqs].toSorted((one, other) => one - other).slice(-NAMED),
    },
  };
}

/** What a state can still deny, and since when it can deny no more than that. */
export function deniabilityOf(
  { knownMs, acknowledgedMs }: DenialFacts,
  state: DenyingState,
): { readonly level: 'intact' | 'degraded' | 'lost'; readonly sinceMs: number | null } {
  if (acknowledgedMs[state] !== null) return { level: 'lost', sinceMs: acknowledgedMs[state] };
  if (knownMs !== null) return { level: 'degraded', sinceMs: knownMs };
  return { level: 'intact', sinceMs: null };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
