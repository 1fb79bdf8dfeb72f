import type { RollId } from '../../events/ids.ts';
import type { Gazetteer } from '../readmodels/map/locate.ts';
import { type MapDocument, mapDocument } from '../readmodels/map/map-document.ts';
import { MapModel } from '../readmodels/map/map-model.ts';
import {
  type DistributionDocument,
  distributionDocument,
  type RollDocument,
  RollModel,
  rollDocument,
} from '../readmodels/roll-document.ts';
import type { Fold } from '../roll/fold.ts';
import type { Transition } from '../roll/outcome.ts';
import type { View } from '../roll/view.ts';

/** The first entries of a roll's log, in a view. */
export interface ViewedLog {
  readonly roll: RollId;
  /** How many entries. */
  readonly to: number;
  readonly view: View;
}

export interface ViewQuestion extends ViewedLog {
  /** Whether contingents, flows and refusals are wanted too. */
  readonly isWhole: boolean;
}

export interface ViewAnswer {
  readonly distribution: DistributionDocument;
  readonly map: MapDocument;
  /** Whether a what-if counts in it. */
  readonly isHypothetical: boolean;
  /** Null unless the whole was asked for. */
  readonly document: RollDocument | null;
}

/** What the documents of a view are made of. */
export class ViewModel extends RollModel {
  readonly map: MapModel;

  constructor(roll = new RollModel(), map = new MapModel()) {
    super(roll.distribution, roll.flows);
    this.map = map;
  }

  override apply(transition: Transition): void {
    super.apply(transition);
    this.map.apply(transition);
  }

  override fork(): ViewModel {
    return new ViewModel(super.fork(), new MapModel(this.map.dump()));
  }
}

/** The documents of a view that was folded. */
export function viewAnswer(
  { roll, to, isWhole }: ViewQuestion,
  fold: Fold<ViewModel>,
  gazetteer: Gazetteer,
): ViewAnswer {
  return {
    distribution: distributionDocument(roll, to, fold),
    map: mapDocument(roll, to, fold, gazetteer),
    isHypothetical: fold.isHypothetical,
    document: isWhole ? rollDocument(roll, to, fold) : null,
  };
}
