import { brief } from '../../events/brief.ts';
import type { MusterEvent } from '../../events/event.ts';
import type { ContingentContext } from '../../machines/contingent-context.ts';
import type { TheatreContext } from '../../machines/theatre.ts';
import type { Posting } from './accounts.ts';
import type { MachineState } from './kernel.ts';

export type ContingentState = MachineState<ContingentContext>;
export type TheatreState = MachineState<TheatreContext>;

/** What an event did to one contingent. `before` is null for one that comes on the roll. */
export interface Move {
  readonly contingent: string;
  readonly before: ContingentState | null;
  readonly after: ContingentState;
  readonly postings: readonly Posting[];
}

/** What an accepted event did (DOMAIN 1). An information fact or a correction moves nobody. */
export interface Transition {
  readonly seq: number;
  /** As it counts: corrected, if a correction stands. */
  readonly event: MusterEvent;
  /** The theatre after a theatre-wide fact, else null. */
  readonly theatre: TheatreState | null;
  /** In the order in which they happened. */
  readonly moves: readonly Move[];
}

export const REFUSAL_CODES = [
  'malformed',
  'unknown-type',
  'conflict',
  'unknown-target',
  'not-allowed',
  'already-exists',
  'unknown-contingent',
  'final',
  'conservation',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What an event that could not be applied got (DOMAIN 7), its texts in brief. The event stays in the log. */
export interface Refusal {
  readonly seq: number;
  readonly id: string | null;
  readonly type: string | null;
  readonly subject: string | null;
  readonly code: RefusalCode;
  readonly message: string;
}

export interface Accepted {
  readonly kind: 'accepted';
  readonly transition: Transition;
}

export interface Refused {
  readonly kind: 'refused';
  readonly seq: number;
  readonly refusal: Refusal;
  /** Of a conflict: the entry that has its identity. */
  readonly of?: number;
  /** Whom it was published for, where it names somebody else. */
  readonly publishedFor?: string;
}

export type Verdict = Accepted | Refused;

/** What became of an entry when it was the log's last. */
export type Outcome = Verdict | { readonly kind: 'duplicate'; readonly seq: number; readonly of: number };

/** Refuses a well-formed event. */
export function refuse(seq: number, event: MusterEvent, code: RefusalCode, message: string): Refused {
  const { subject, type, envelope } = event;
  const refusal = { seq, id: brief(envelope.id), type, subject, code, message: brief(message) };
  return { kind: 'refused', seq, refusal };
}
