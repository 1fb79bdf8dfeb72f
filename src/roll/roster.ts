import type { ContingentState } from './outcome.ts';

/** A contingent with its place: how many came on the roll before it. */
export interface Place {
  readonly id: string;
  readonly state: ContingentState;
  readonly place: number;
}

/** What judging an event asks of the contingents on a roll. */
export interface Contingents {
  get(id: string): ContingentState | undefined;
  has(id: string): boolean;
  /** Those in the states wanted, in the order in which they came on the roll. Costs what is found, not what is there. */
  inStates(isWanted: (state: string) => boolean): readonly Place[];
}

/** The contingents on a roll, by id in the order in which they came, and by state. */
export class Roster implements Contingents {
  readonly #states = new Map<string, ContingentState>();
  readonly #places = new Map<string, number>();
  readonly #byState = new Map<string, Set<string>>();

  get byId(): ReadonlyMap<string, ContingentState> {
    return this.#states;
  }

  get(id: string): ContingentState | undefined {
    return this.#states.get(id);
  }

  has(id: string): boolean {
    return this.#states.has(id);
  }

  set(id: string, state: ContingentState): void {
    const before = this.#states.get(id);
    this.#states.set(id, state);
    if (before === undefined) this.#places.set(id, this.#places.size);
    if (before?.value === state.value) return;
    if (before !== undefined) this.#byState.get(before.value)?.delete(id);
    const ids = this.#byState.get(state.value);
    if (ids === undefined) this.#byState.set(state.value, new Set([id]));
    else ids.add(id);
  }

  inStates(isWanted: (state: string) => boolean): readonly Place[] {
    const found: Place[] = [];
    for (const [value, ids] of this.#byState) {
      if (ids.size === 0 || !isWanted(value)) continue;
      for (const id of ids) {
        const state = this.#states.get(id);
        const place = this.#places.get(id);
        if (state !== undefined && place !== undefined) found.push({ id, state, place });
      }
    }
    return found.sort(byPlace);
  }

  /** Where a contingent stands in the order; undefined if it is not on the roll. */
  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** A roster that goes on from here by itself. */
  fork(): Roster {
    const copy = new Roster();
    for (const [id, state] of this.#states) copy.set(id, state);
    return copy;
  }
}

/** A roster over another that it leaves as it is: what is set here hides what is there. */
export class RosterDraft implements Contingents {
  readonly #base: Roster;
  readonly #set = new Map<string, ContingentState>();

  constructor(base: Roster) {
    this.#base = base;
  }

  get(id: string): ContingentState | undefined {
    return this.#set.get(id) ?? this.#base.get(id);
  }

  has(id: string): boolean {
    return this.#set.has(id) || this.#base.has(id);
  }

  set(id: string, state: ContingentState): void {
    this.#set.set(id, state);
  }

  inStates(isWanted: (state: string) => boolean): readonly Place[] {
    const found = this.#base.inStates(isWanted).filter(({ id }) => !this.#set.has(id));
    let next = this.#base.byId.size;
    for (const [id, state] of this.#set) {
      const place = this.#base.placeOf(id) ?? next++;
      if (isWanted(state.value)) found.push({ id, state, place });
    }
    return found.sort(byPlace);
  }
}

function byPlace(one: Place, other: Place): number {
  return one.place - other.place;
}
