import type { Estimate } from '../../events/estimate.ts';
import type { MusterEvent } from '../../events/event.ts';
import type { Pathway } from '../../events/vocabulary.ts';
import { pathwayOf } from '../../machines/pathway.ts';
import type { Phase } from '../../machines/phase.ts';
import type { Posting } from '../roll/accounts.ts';
import type { Move, Transition } from '../roll/outcome.ts';

/** The event behind a number: what it was, when, who said so and how far they are believed. */
export interface Provenance {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  readonly time: string;
  readonly observedtime: string;
  readonly basis: string;
  readonly reporter: string | null;
  readonly reporterkind: string | null;
  readonly reporturl: string | null;
  readonly reliability: string | null;
  readonly credibility: number | null;
  readonly claim: string;
  readonly note: string | null;
}

export interface MoveDocument {
  readonly contingent: string;
  /** State before, or null for a contingent that comes on the roll. */
  readonly from: string | null;
  readonly to: string;
  readonly fromPathway: Pathway | null;
  readonly toPathway: Pathway | null;
  /** Strength afterwards. */
  readonly strength: Estimate;
  readonly postings: readonly Posting[];
}

/** What an accepted event did, for people and dashboards. */
export interface TransitionDocument {
  readonly seq: number;
  readonly event: Provenance;
  /** The phase that a theatre-wide fact led to, else null. */
  readonly phase: Phase | null;
  readonly moves: readonly MoveDocument[];
}

export function provenance({ type, subject, envelope }: MusterEvent): Provenance {
  return {
    id: envelope.id,
    source: envelope.source,
    type,
    subject,
    time: envelope.time,
    observedtime: envelope.observedtime ?? envelope.time,
    basis: envelope.basis,
    reporter: envelope.reporter ?? null,
    reporterkind: envelope.reporterkind ?? null,
    reporturl: envelope.reporturl ?? null,
    reliability: envelope.reliability ?? null,
    credibility: envelope.credibility ?? null,
    claim: envelope.claim ?? 'fact',
    note: envelope.note ?? null,
  };
}

export function moveDocument({ contingent, before, after, postings }: Move): MoveDocument {
  return {
    contingent,
    from: before?.value ?? null,
    to: after.value,
    fromPathway: before === null ? null : pathwayOf(before.value),
    toPathway: pathwayOf(after.value),
    strength: after.context.strength,
    postings,
  };
}

export function transitionDocument({ seq, event, theatre, moves }: Transition): TransitionDocument {
  return {
    seq,
    event: provenance(event),
    phase: theatre?.context.phase ?? null,
    moves: moves.map(moveDocument),
  };
}
