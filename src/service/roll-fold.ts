import { hash } from 'node:crypto';
import { Arrivals } from '../readmodels/arrivals.ts';
import { Claims } from '../readmodels/claims.ts';
import { Distribution, type DistributionDump } from '../readmodels/distribution.ts';
import { Flows, type FlowsDump } from '../readmodels/flows.ts';
import { Grounds, type GroundsDump } from '../readmodels/grounds.ts';
import { History, type HistoryDump } from '../readmodels/history.ts';
import { MapModel, type MapModelDump } from '../readmodels/map/map-model.ts';
import { RollModel } from '../readmodels/roll-document.ts';
import { Series, type SeriesDump } from '../readmodels/series.ts';
import { Draft, outcomeOf } from '../roll/draft.ts';
import { Fold, type FoldDump, foldLog } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Outcome, Transition } from '../roll/outcome.ts';
import {
  type Fact,
  type Formality,
  type RawEntry,
  Settlement,
  type SettlementDump,
} from '../roll/settlement.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';

/** The entry that a fold has come to. */
export interface Position {
  readonly seq: number;
  readonly cursor: number;
  /** SHA-256 of what was logged and when: two logs that agree in it are taken for the same. */
  readonly digest: string;
}

/** The read models that the service keeps of a roll, and what a checkpoint keeps of them. */
export class ServiceModel extends RollModel {
  readonly history: History;
  readonly series: Series;
  readonly claims: Claims;
  readonly grounds: Grounds;
  readonly map: MapModel;
  readonly arrivals: Arrivals;

  constructor(dump?: ServiceModelDump) {
    super(dump && Distribution.restore(dump.distribution), dump && Flows.restore(dump.flows));
    this.history = dump ? History.restore(dump.history) : new History();
    this.series = dump ? Series.restore(dump.series) : new Series();
    this.claims = dump ? Claims.restore(dump.claims) : new Claims();
    this.grounds = new Grounds(dump?.grounds);
    this.map = new MapModel(dump?.map);
    this.arrivals = new Arrivals(dump?.arrivals);
  }

  override apply(transition: Transition): void {
    super.apply(transition);
    this.history.apply(transition);
    this.series.apply(transition);
    this.claims.apply(transition);
    this.grounds.apply(transition);
    this.map.apply(transition);
    this.arrivals.apply(transition);
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): ServiceModelDump {
    return {
      distribution: this.distribution.dump(),
      flows: this.flows.dump(),
      history: this.history.dump(),
      series: this.series.dump(),
      claims: this.claims.dump(),
      grounds: this.grounds.dump(),
      map: this.map.dump(),
      arrivals: this.arrivals.dump(),
    };
  }
}

interface ServiceModelDump {
  readonly distribution: DistributionDump;
  readonly flows: FlowsDump;
  readonly history: HistoryDump;
  readonly series: SeriesDump;
  readonly claims: readonly number[];
  readonly grounds: GroundsDump;
  readonly map: MapModelDump;
  readonly arrivals: ReadonlyMap<string, number>;
}

export interface RollFoldDump {
  readonly settlement: SettlementDump;
  readonly fold: FoldDump;
  readonly model: ServiceModelDump;
}

/**
 * A roll folded up to an entry of its log, in the view "now", and made to go on from there. Not pure in one
 * thing: what a correction changes lies behind, so the log is read again.
 */
export class RollFold {
  readonly #kernels: Kernels;
  readonly #log: Pick<RollLog, 'read'>;
  #settlement = new Settlement();
  #fold: Fold<ServiceModel>;
  #seq = 0;
  #last: HomedEntry | null = null;
  #restored: Position | null = null;

  /** The roll before its first entry. */
  constructor(kernels: Kernels, log: Pick<RollLog, 'read'>) {
    this.#kernels = kernels;
    this.#log = log;
    this.#fold = new Fold(kernels, {}, new ServiceModel());
  }

  /** The roll after the entry `seq` of its log. */
  static async upTo(kernels: Kernels, log: Pick<RollLog, 'read'>, seq: number): Promise<RollFold> {
    const roll = new RollFold(kernels, log);
    if (seq > 0) {
      for await (const entry of log.read({ to: seq })) roll.skim(entry);
    }
    await roll.settle();
    return roll;
  }

  /** The fold in the view "now", of the entries up to `seq`. */
  get fold(): Fold<ServiceModel> {
    return this.#fold;
  }

  get settlement(): Settlement {
    return this.#settlement;
  }

  /** The last entry that `fold` has; behind `position` while a correction waits for `settle`. */
  get seq(): number {
    return this.#seq;
  }

  /** The last entry taken or skimmed; null before the first. */
  get position(): Position | null {
    return this.#last === null ? this.#restored : positionOf(this.#last);
  }

  /** Where to try what may come next. It holds good until the roll takes an entry. */
  draft(): Draft {
    return new Draft(this.#kernels, this.#seq, this.#settlement, this.#fold);
  }

  /** Takes the next entry. */
  async take(entry: HomedEntry): Promise<Outcome> {
    const settled = this.#accept(entry);
    const outcome = settled.kind === 'fact' ? this.#fold.take(settled) : outcomeOf(settled);
    if (settled.kind === 'correction') {
      await this.settle();
    } else {
      if (settled.kind !== 'fact') this.#fold.note(settled);
      this.#seq = entry.seq;
    }
    return outcome;
  }

  /** Takes the next entry without asking what becomes of it: however many corrections come, one `settle` does. */
  skim(entry: HomedEntry): void {
    const isSettled = this.#isSettled;
    const settled = this.#accept(entry);
    if (!isSettled || settled.kind === 'correction') return;
    if (settled.kind === 'fact') this.#fold.take(settled);
    else this.#fold.note(settled);
    this.#seq = entry.seq;
  }

  /** Folds the log again if a skimmed correction asks for it. Until that is done the fold stays as it was. */
  async settle(): Promise<void> {
    if (this.#isSettled) return;
    const to = this.position?.seq ?? 0;
    const again = await foldTo(this.#kernels, () => this.#log.read({ to }), to);
    this.#settlement = again.settlement;
    this.#fold = again.fold;
    this.#seq = to;
  }

  /** All that a checkpoint has to keep; it changes with the next entry. Only for a settled roll. */
  dump(): RollFoldDump {
    return dumpOf(this.#settlement, this.#fold);
  }

  static restore(kernels: Kernels, log: RollLog, position: Position, dump: RollFoldDump): RollFold {
    const roll = new RollFold(kernels, log);
    roll.#settlement = Settlement.restore(dump.settlement);
    roll.#fold = Fold.restore(kernels, {}, new ServiceModel(dump.model), dump.fold);
    roll.#seq = position.seq;
    roll.#restored = position;
    return roll;
  }

  get #isSettled(): boolean {
    return this.#seq === (this.#last ?? this.#restored ?? { seq: 0 }).seq;
  }

  #accept(entry: HomedEntry): Fact | Formality {
    const expected = (this.#last ?? this.#restored ?? { seq: 0 }).seq + 1;
    if (entry.seq !== expected) throw new Error(`The log gave entry ${entry.seq} where ${expected} was due`);
    this.#last = entry;
    return this.#settlement.take(entry);
  }
}

/** What `dump` gives of a roll after the first `to` entries of a log. `read` is as for `foldLog`. */
export async function dumpOfLog(
  kernels: Kernels,
  read: () => AsyncIterable<RawEntry>,
  to: number,
): Promise<RollFoldDump> {
  const { settlement, fold } = await foldTo(kernels, read, to);
  return dumpOf(settlement, fold);
}

async function foldTo(kernels: Kernels, read: () => AsyncIterable<RawEntry>, to: number) {
  const folded = await foldLog(kernels, read, {}, () => new ServiceModel());
  if (folded.length !== to) throw new Error(`The log gave entries up to ${folded.length}, not up to ${to}`);
  return folded;
}

function dumpOf(settlement: Settlement, fold: Fold<ServiceModel>): RollFoldDump {
  return { settlement: settlement.dump(), fold: fold.dump(), model: fold.readModel.dump() };
}

/** What tells an entry of one log from an entry at the same place in another. */
export function positionOf({ seq, cursor, recordedTime, bytes }: HomedEntry): Position {
  const logged = Buffer.concat([Buffer.from(`${recordedTime}\n`), bytes]);
  return { seq, cursor, digest: hash('sha256', logged) };
}
