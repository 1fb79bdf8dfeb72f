import type { RollId } from '../../events/ids.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { CompiledEvent } from './compile.ts';
import type { Said } from './expectation.ts';
import type { HeldEvents } from './held-events.ts';

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
      /** What the roll is called and what it is: of one that has entries, as it was before. */
      readonly about: Pick<PlayAbout, 'title'> & { readonly basis: PlayAbout['basis'] | null };
      /** What it holds from the source that was asked for. */
      readonly held: HeldEvents;
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
  /**
   * The log of a roll, of a target that only keeps events: what the roll says to them is left to the player. Null of
   * one that says it.
   */
  readonly entries: ((roll: RollId) => AsyncIterable<RawEntry>) | null;
  /** Makes a roll known, or finds it there, and what it holds from a source. */
  open(roll: RollId, about: PlayAbout, source: string): Promise<Opened>;
  /** Hands in events, in order; resolves when they are taken or refused. May split them, never reorder. */
  send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent>;
}

/**
 * How a script opens a roll, which may be known already (with its base): one that stands on nothing, or on that very
 * timeline, plays onto any. What is known keeps title and basis by itself, once it has entries.
 */
export function aboutKnown(
  known: { readonly base: { readonly timeline: string } | null } | undefined,
  roll: RollId,
  about: PlayAbout,
): PlayAbout {
  const standsAnywhere = about.base === null || about.base === roll.timeline;
  if (known === undefined || !standsAnywhere) return about;
  return { ...about, base: known.base?.timeline ?? null };
}
