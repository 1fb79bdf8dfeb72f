import type { RollId } from '../../events/ids.ts';
import type { CompiledEvent } from './compile.ts';
import type { Said } from './expectation.ts';

/** What a roll is, when a script opens it. */
export interface PlayAbout {
  readonly title: string;
  readonly basis: 'reported' | 'assessed' | 'hypothetical';
  /** The timeline it branches from, at that one's head; a roll that branches from it already keeps its place. */
  readonly base: string | null;
}

/** The target cannot be reached, or reached and will not do it. Events of the call may have been taken. */
export interface TargetFailure {
  readonly ok: false;
  /** `unreachable`: the same call may succeed later; what was taken then is not taken twice. */
  readonly kind: 'unreachable' | 'refused';
  /** What was wrong and what to do. */
  readonly message: string;
  /** Before this time has passed the target asks not to be called again. */
  readonly retryAfterMs?: number;
}

export type Opened =
  | {
      readonly ok: true;
      /** Identities (`CompiledEvent.identity`: source, a space, id) of the events that the roll holds already. */
      readonly held: ReadonlySet<string>;
    }
  | TargetFailure;

export type Sent =
  | {
      readonly ok: true;
      /** What the roll said to each event, in their order; null of a target that does not judge. */
      readonly said: readonly Said[] | null;
    }
  | TargetFailure;

/** Where the player plays: a running service, or a log. */
export interface PlayTarget {
  /** Whether it says what becomes of the events; one that only keeps them leaves that to the player. */
  readonly judges: boolean;
  /** Makes a roll known, or finds it there. */
  open(roll: RollId, about: PlayAbout): Promise<Opened>;
  /** Hands in events, in order; resolves when they are taken or refused. May split them, never reorder. */
  send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent>;
}
