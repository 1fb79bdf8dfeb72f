import type { ReadModel } from '../../roll/fold.ts';
import type { ContingentState, Transition } from '../../roll/outcome.ts';
import { type PlaceAttribute, placeNames } from '../place.ts';
import type { RowBasis } from '../reports/report.ts';
import { StandingBasis, type StandingBasisDump } from '../reports/standing-basis.ts';
import { Announced, type Announcement } from './announced.ts';
import { HomePlaces } from './home-places.ts';

/** The name of a place, and what of a contingent or of an event it was given as. */
export interface NamedPlace {
  readonly attribute: PlaceAttribute | 'place';
  readonly text: string;
}

export interface MapModelDump {
  readonly announced: ReadonlyMap<string, Announcement>;
  readonly homes: ReadonlyMap<string, string>;
  readonly standing: StandingBasisDump;
}

/** What a map needs beside the contingents themselves: who is announced where, who is at home where, and on what basis. */
export class MapModel implements ReadModel {
  readonly #announced: Announced;
  readonly #homes: HomePlaces;
  readonly #standing: StandingBasis;

  constructor(dump?: MapModelDump) {
    this.#announced = new Announced(dump?.announced);
    this.#homes = new HomePlaces(dump?.homes);
    this.#standing = new StandingBasis(dump?.standing);
  }

  apply(transition: Transition): void {
    this.#announced.apply(transition);
    this.#homes.apply(transition);
    this.#standing.apply(transition);
  }

  /** The announcements that stand, in the order in which they were made. */
  announcements(): readonly Announcement[] {
    return this.#announced.list();
  }

  /** Whether it is reported or a what-if that a contingent stands where it does. */
  basisOf(contingent: string): RowBasis {
    return this.#standing.of(contingent);
  }

  /** The texts by which events say where a contingent stands now, the most exact one first; empty if none did. */
  namesOf(contingent: string, state: ContingentState): readonly NamedPlace[] {
    const home = this.#homes.of(contingent, state);
    return home === null ? placeNames(state) : [{ attribute: 'place', text: home }];
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): MapModelDump {
    return {
      announced: this.#announced.dump(),
      homes: this.#homes.dump(),
      standing: this.#standing.dump(),
    };
  }
}
