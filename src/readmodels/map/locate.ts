import type { Place, Places } from '../../../events/reference/places.ts';
import type { NamedPlace } from './map-model.ts';

/** The listed places, found by the very text with which an event names one. */
export class Gazetteer {
  readonly #places: ReadonlyMap<string, Place>;

  constructor({ places }: Places) {
    this.#places = new Map(places.map((place) => [place.id, place]));
  }

  /** The place of that name; undefined if none is listed. */
  find(text: string): Place | undefined {
    return this.#places.get(text);
  }

  /**
   * The most exact of some names that is listed, with its place; undefined if none is. A country of another part of
   * the world than the region beside it is from before a move, which names the region and may leave the country out:
   * then the region counts.
   */
  locate(names: readonly NamedPlace[]): { readonly name: NamedPlace; readonly place: Place } | undefined {
    const found = names.flatMap((name) => {
      const place = this.find(name.text);
      return place === undefined ? [] : [{ name, place }];
    });
    const [exact, rough] = found;
    return rough !== undefined && rough.place.region !== exact?.place.region ? rough : exact;
  }
}
