import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ReadModel } from '../../roll/fold.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';

const AT_HOME: readonly (Pathway | null)[] = ['repatriated', 're-educated'];

/**
 * Where events say that those who came home are: the `place` of an arrival, an honour, a programme, a release. A
 * part that leaves is where the whole was; whoever sets off for home anew is at none until an event says so.
 */
export class HomePlaces implements ReadModel {
  readonly #places: Map<string, string>;

  constructor(places: ReadonlyMap<string, string> = new Map()) {
    this.#places = new Map(places);
  }

  apply({ event, moves }: Transition): void {
    for (const { contingent, before, after } of moves) {
      const { parent } = after.context;
      const whole = before === null && parent !== null ? this.#places.get(parent) : undefined;
      if (whole !== undefined) this.#places.set(contingent, whole);
      else if (before === null || !isAtHome(before)) this.#places.delete(contingent);
    }
    // Of a detachment's moves the last is the part's own: the event is about it alone.
    const last = moves.at(-1);
    if (last !== undefined && 'place' in event.data && event.data.place !== undefined) {
      this.#places.set(last.contingent, event.data.place);
    }
  }

  /** The text with which an event says where a contingent is at home; null if none did, or it is not at home. */
  of(contingent: string, state: ContingentState): string | null {
    return isAtHome(state) ? (this.#places.get(contingent) ?? null) : null;
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): ReadonlyMap<string, string> {
    return this.#places;
  }
}

const isAtHome = ({ value }: ContingentState): boolean => AT_HOME.includes(pathwayOf(value));
