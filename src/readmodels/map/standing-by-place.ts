import { add, type Estimate, NOBODY } from '../../../events/estimate.ts';
import type { Place } from '../../../events/reference/places.ts';
import { PATHWAYS, type Pathway } from '../../../events/vocabulary.ts';
import type { ContingentContext } from '../../../machines/contingent-context.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { ContingentState } from '../../roll/outcome.ts';
import type { RowBasis } from '../reports/report.ts';
import type { Gazetteer } from './locate.ts';
import type { MapModel, NamedPlace } from './map-model.ts';

/** Contingents told of a place, the strongest ones. */
const CONTINGENTS_MOST = 30;
/** Texts that are no listed place, each told apart; the rest is told together. */
const TEXTS_MOST = 100;

/** A contingent that stands at a place. */
export interface MapContingent {
  readonly id: string;
  readonly kind: ContingentContext['kind'];
  readonly pathway: Pathway;
  readonly strength: Estimate;
  readonly basis: RowBasis;
  /** The text of an event that names the place, and what it was given as; null if none says where. */
  readonly named: NamedPlace | null;
}

/** Who stands at a place, or at none that is listed. */
export interface Standing {
  readonly place: Place | null;
  /** The place's id, or the text that is no listed place; null where none is said, or several are told together. */
  readonly text: string | null;
  readonly name: string;
  readonly heads: Estimate;
  readonly pathways: Readonly<Partial<Record<Pathway, Estimate>>>;
  readonly contingents: readonly MapContingent[];
  readonly contingentCount: number;
  readonly basis: RowBasis;
}

interface Tally {
  readonly place: Place | null;
  readonly text: string | null;
  readonly contingents: MapContingent[];
}

/** Sorts contingents by where they stand. */
export class StandingByPlace {
  readonly #gazetteer: Gazetteer;
  readonly #map: MapModel;
  readonly #located = new Map<string, Tally>();
  readonly #unlocated = new Map<string | null, Tally>();

  constructor(gazetteer: Gazetteer, map: MapModel) {
    this.#gazetteer = gazetteer;
    this.#map = map;
  }

  /** Adds a contingent; one of which nobody is left is nowhere. */
  add(id: string, state: ContingentState): void {
    const { strength, kind } = state.context;
    const pathway = pathwayOf(state.value);
    if (pathway === null || strength.high === 0) return;
    const names = this.#map.namesOf(id, state);
    const located = this.#gazetteer.locate(names);
    const basis = this.#map.basisOf(id);
    const named = located?.name ?? names[0] ?? null;
    const contingent = { id, kind, pathway, strength, basis, named };
    if (located !== undefined) {
      const { place } = located;
      tallyOf(this.#located, place.id, place).contingents.push(contingent);
    } else {
      tallyOf(this.#unlocated, named?.text ?? null, null).contingents.push(contingent);
    }
  }

  /** Places with their troops, the most heads first. */
  located(): readonly Standing[] {
    return [...this.#located.values()]
      .map((tally) => standingOf(tally, tally.place?.name ?? ''))
      .sort(byHeads);
  }

  /** Who is at no listed place, by the text that events give: the most heads first, who is said to be nowhere last. */
  unlocated(): readonly Standing[] {
    const nowhere = this.#unlocated.get(null);
    const texts = [...this.#unlocated.values()]
      .filter(({ text }) => text !== null)
      .map((tally) => standingOf(tally, tally.text ?? ''))
      .sort(byHeads);
    const others = texts.slice(TEXTS_MOST).map(({ text }) => this.#unlocated.get(text)?.contingents ?? []);
    return [
      ...texts.slice(0, TEXTS_MOST),
      ...(others.length === 0
        ? []
        : [
            standingOf(
              { place: null, text: null, contingents: others.flat() },
              `${others.length} other places`,
            ),
          ]),
      ...(nowhere === undefined ? [] : [standingOf(nowhere, 'Place not said')]),
    ];
  }
}

function tallyOf<K extends string | null>(tallies: Map<K, Tally>, text: K, place: Place | null): Tally {
  const tally = tallies.get(text) ?? { place, text, contingents: [] };
  tallies.set(text, tally);
  return tally;
}

function standingOf({ place, text, contingents }: Tally, name: string): Standing {
  const pathways = PATHWAYS.flatMap((pathway) => {
    const theirs = contingents.filter((contingent) => contingent.pathway === pathway);
    return theirs.length === 0 ? [] : [[pathway, together(theirs)] as const];
  });
  return {
    place,
    text,
    name,
    heads: together(contingents),
    pathways: Object.fromEntries(pathways),
    contingents: contingents.toSorted(byStrength).slice(0, CONTINGENTS_MOST),
    contingentCount: contingents.length,
    basis: contingents.some(({ basis }) => basis === 'hypothetical') ? 'hypothetical' : 'reported',
  };
}

const together = (contingents: readonly MapContingent[]): Estimate =>
  contingents.reduce((sum, { strength }) => add(sum, strength), NOBODY);

function byHeads(a: Standing, b: Standing): number {
  return b.heads.best - a.heads.best || ((a.text ?? '') < (b.text ?? '') ? -1 : 1);
}

function byStrength(a: MapContingent, b: MapContingent): number {
  return b.strength.best - a.strength.best || (a.id < b.id ? -1 : 1);
}
