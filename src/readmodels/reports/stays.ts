import type { MusterEvent } from '../../../events/event.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { Divide } from './basis.ts';
import { Evidence } from './evidence.ts';
import type { Behind, RowBasis } from './report.ts';

/** For how long a contingent stood in one thing. */
export interface Stay {
  readonly contingent: string;
  readonly basis: RowBasis;
  /** The event with which it began; for a part of a contingent that stood there, the one with which it left that. */
  readonly begunBy: MusterEvent;
  /** A part has been there since its whole has. */
  readonly sinceMs: number;
  /** Null while it lasts. */
  readonly endedMs: number | null;
  /** Up to when it is counted: its end, or the moment. */
  readonly untilMs: number;
  /** As it last stood there. */
  readonly state: ContingentState;
  readonly events: Behind;
}

interface Kept {
  readonly contingent: string;
  readonly key: string;
  readonly basis: RowBasis;
  readonly begunBy: MusterEvent;
  readonly sinceMs: number;
  readonly evidence: Evidence;
  state: ContingentState;
  endedMs: number | null;
  /** How it was when a what-if began, if it lasted then. */
  reported: { readonly state: ContingentState; readonly events: Behind } | null;
}

/** The stays of contingents in something, from the event that led there to the one that led away. */
export class Stays {
  readonly #keyOf: (state: ContingentState) => string | undefined;
  readonly #divide = new Divide();
  readonly #all: Kept[] = [];
  readonly #open = new Map<string, Kept>();

  /** `keyOf` says what a state stands in: a stay lasts while that stays the same. Undefined for nothing of interest. */
  constructor(keyOf: (state: ContingentState) => string | undefined) {
    this.#keyOf = keyOf;
  }

  apply(transition: Transition): void {
    if (this.#divide.begins(transition)) {
      for (const stay of this.#open.values())
        stay.reported = { state: stay.state, events: stay.evidence.behind };
    }
    const { event, seq, moves } = transition;
    const states = new Map(moves.map(({ contingent, after }) => [contingent, after]));
    const arrivals = new Set(
      moves.flatMap(({ contingent, before }) => (before === null ? [contingent] : [])),
    );
    for (const [contingent, state] of states) {
      const key = this.#keyOf(state);
      let stay = this.#open.get(contingent);
      if (stay !== undefined && stay.key !== key) {
        stay.endedMs = event.timeMs;
        stay.evidence.add(seq);
        this.#open.delete(contingent);
        stay = undefined;
      }
      if (key === undefined) continue;
      stay ??= this.#begin(contingent, key, state, event, arrivals.has(contingent));
      stay.state = state;
      stay.evidence.add(seq);
    }
  }

  /**
   * Every stay in the order in which they began. One that lasted into a what-if comes twice: as it was by the last
   * fact before that, and as it went on.
   */
  list(momentMs: number): readonly Stay[] {
    return this.#all.flatMap(
      ({ contingent, basis, begunBy, sinceMs, endedMs, state, evidence, reported }) => {
        const about = { contingent, begunBy, sinceMs };
        const whole = {
          ...about,
          basis,
          endedMs,
          untilMs: endedMs ?? momentMs,
          state,
          events: evidence.behind,
        };
        if (reported === null) return [whole];
        const then = { ...about, ...reported, endedMs: null, untilMs: this.#divide.reportedMs };
        return [
          { ...then, basis: 'reported' },
          { ...whole, basis: 'hypothetical' },
        ];
      },
    );
  }

  #begin(contingent: string, key: string, state: ContingentState, event: MusterEvent, isNew: boolean): Kept {
    const { parent } = state.context;
    const whole = isNew && parent !== null ? this.#open.get(parent) : undefined;
    const stay: Kept = {
      contingent,
      key,
      basis: this.#divide.basis,
      begunBy: event,
      sinceMs: whole?.key === key ? whole.sinceMs : event.timeMs,
      evidence: new Evidence(),
      state,
      endedMs: null,
      reported: null,
    };
    this.#all.push(stay);
    this.#open.set(contingent, stay);
    return stay;
  }
}

/** In words: what a table of stays says of those that a what-if goes on with. */
export const STAYED_ON =
  'What lasted into a what-if stands there twice: as it was by the last reported fact, and as it went on.';
