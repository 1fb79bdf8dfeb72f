import { MapModel } from '../../src/readmodels/map/map-model.ts';
import { RollModel } from '../../src/readmodels/roll-document.ts';
import type { Transition } from '../../src/roll/outcome.ts';

/** A roll, and what its map is made of. */
export class MappedRoll extends RollModel {
  readonly map = new MapModel();

  override apply(transition: Transition): void {
    super.apply(transition);
    this.map.apply(transition);
  }
}
