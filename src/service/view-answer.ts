import type { RollId } from '../../events/ids.ts';
import { type Claim, claimOf } from '../readmodels/claims.ts';
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
import { Series, type SeriesPoint } from '../readmodels/series.ts';
import { foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Transition } from '../roll/outcome.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { View } from '../roll/view.ts';

/** The first entries of a roll's log, in a view. */
export interface ViewQuestion {
  readonly roll: RollId;
  /** How many entries. */
  readonly to: number;
  readonly view: View;
  /** Whether contingents, flows and refusals are wanted too. */
  readonly isWhole: boolean;
}

export interface ViewAnswer {
  readonly distribution: DistributionDocument;
  /** Day by day, for a view in the order of time. */
  readonly series: readonly SeriesPoint[];
  /** What was published of casualties and strength, by seq. */
  readonly claims: readonly Claim[];
  readonly map: MapDocument;
  /** Null unless the whole was asked for. */
  readonly document: RollDocument | null;
}

class ViewModel extends RollModel {
  readonly series = new Series();
  readonly claims: Claim[] = [];
  readonly map = new MapModel();

  override apply(transition: Transition): void {
    super.apply(transition);
    this.series.apply(transition);
    this.map.apply(transition);
    const claim = claimOf(transition.seq, transition.event);
    if (claim !== null) this.claims.push(claim);
  }
}

/** Folds a log in a view. `read` gives its first entries, from the start each time that it is called. */
export async function answerView(
  kernels: Kernels,
  gazetteer: Gazetteer,
  { roll, view, isWhole }: ViewQuestion,
  read: () => AsyncIterable<RawEntry>,
): Promise<ViewAnswer> {
  const { length, fold } = await foldLog(kernels, read, view, () => new ViewModel());
  return {
    distribution: distributionDocument(roll, length, fold),
    series: fold.readModel.series.points(),
    claims: fold.readModel.claims.toSorted((a, b) => a.seq - b.seq),
    map: mapDocument(roll, length, fold, gazetteer),
    document: isWhole ? rollDocument(roll, length, fold) : null,
  };
}
