import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type RollId, rollName } from '../../events/ids.ts';
import type { RollInfo } from '../log/port.ts';
import { shownBasis } from '../log/roll-about.ts';
import { type Claim, claimOf } from '../readmodels/claims.ts';
import type { Flow } from '../readmodels/flows.ts';
import type { Ground, Headline } from '../readmodels/grounds.ts';
import type { Gazetteer } from '../readmodels/map/locate.ts';
import { type MapDocument, mapDocument } from '../readmodels/map/map-document.ts';
import type { ReportName } from '../readmodels/reports/catalogue.ts';
import type { Settings } from '../readmodels/reports/report.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import {
  contingentDocument,
  distributionDocument,
  type RollDistribution,
  type RollDocument,
  rollDocument,
} from '../readmodels/roll-document.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import type { HistoryStep } from '../readmodels/step-table.ts';
import type { Provenance } from '../readmodels/transition-document.ts';
import { Fold, type ReadModel } from '../roll/fold.ts';
import type { Kernels } from '../roll/kernels.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { View } from '../roll/view.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Clock } from './clock.ts';
import { ContingentList } from './contingent-list.ts';
import { eventsBehind, factsBehind, loggedEvent } from './past-events.ts';
import type { RecentLimits } from './recent.ts';
import type { ReplayThreads } from './replay-threads.ts';
import { RollFollower } from './roll-follower.ts';
import type { RollLog } from './roll-log.ts';
import { RollUpdates } from './roll-updates.ts';
import { RollViews } from './roll-views.ts';
import type {
  ContingentItem,
  ContingentPage,
  ContingentsQuery,
  HistoryPage,
  LiveRoll,
  LoggedEvent,
  RollSummary,
  RollVitals,
  SourcedStep,
  Update,
  ViewQuery,
} from './service.ts';
import type { Telemetry } from './telemetry.ts';
import type { ViewThreads } from './view-threads.ts';

export interface LiveRollOptions {
  readonly info: RollInfo;
  readonly log: RollLog;
  readonly clock: Clock;
  readonly kernels: Kernels;
  readonly threads: ViewThreads;
  readonly replays: ReplayThreads | null;
  readonly gazetteer: Gazetteer;
  readonly logger: Logger;
  readonly checkpoints: Checkpoints | null;
  readonly checkpointEvery: number;
  /** Updates kept for readers; one who is further behind is ended. */
  readonly updatesKept: RecentLimits;
  readonly telemetry: Telemetry;
}

/** A roll kept up to date with its log by a follower of its own. */
export class FollowedRoll implements LiveRoll {
  readonly #options: LiveRollOptions;
  readonly #follower: RollFollower;
  readonly #updates: RollUpdates;
  readonly #ending = new AbortController();
  readonly #list = new ContingentList();
  readonly #views: RollViews;
  #info: RollInfo;
  #running: Promise<void> | null = null;
  /** As it was asked for last. */
  #distribution: RollDistribution | null = null;

  constructor(options: LiveRollOptions) {
    const { info, log, clock, kernels, checkpoints, checkpointEvery, replays, telemetry } = options;
    const logger = options.logger.child({ roll: rollName(info.roll) });
    this.#options = options;
    this.#views = new RollViews(options.threads, log);
    this.#info = info;
    this.#follower = new RollFollower({
      log,
      base: info.base,
      clock,
      kernels,
      logger,
      checkpoints,
      checkpointEvery,
      replays,
      onCurrent: (seq) => this.#updates.begin(seq),
      onOutcome: (outcome, bytes, trace) => this.#updates.put(outcome, bytes, trace),
      telemetry,
    });
    this.#updates = new RollUpdates({
      follower: this.#follower,
      distribution: () => this.distribution(),
      clock,
      kept: options.updatesKept,
      logger,
      telemetry,
    });
  }

  /** Begins to follow the log, if that has not begun. */
  start(): void {
    if (!this.#ending.signal.aborted) this.#running ??= this.#follower.run(this.#ending.signal);
  }

  /** Starts, and resolves when the log was read once, or can't be now, or the roll is closed. */
  async startAndRead(): Promise<void> {
    this.start();
    const isThrough = () => (this.#follower.isCurrent || this.#follower.isFaulted ? true : undefined);
    await this.#follower.until(isThrough, this.#ending.signal);
  }

  /** Ends updates and following, and stores a last checkpoint. */
  async close(): Promise<void> {
    this.#updates.end();
    this.#ending.abort();
    await this.#running;
  }

  get isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Takes note of what the roll is now, and tells its readers. */
  describe(info: RollInfo): void {
    if (isDeepStrictEqual(info, this.#info)) return;
    this.#info = info;
    this.#distribution = null;
    this.#updates.redraw();
  }

  get id(): RollId {
    return this.#info.roll;
  }

  get log(): RollLog {
    return this.#options.log;
  }

  get follower(): RollFollower {
    return this.#follower;
  }

  /** Whether somebody reads its updates. */
  get isRead(): boolean {
    return this.#updates.areRead;
  }

  async whenCurrent(signal: AbortSignal): Promise<boolean> {
    const ended = AbortSignal.any([signal, this.#ending.signal]);
    return (await this.#follower.until(() => (this.#follower.isCurrent ? true : undefined), ended)) ?? false;
  }

  get summary(): RollSummary {
    const { isHypothetical: noted, ...info } = this.#info;
    const { state, isCurrent } = this.#follower;
    // Until all of it is folded, what was noted before may know more.
    const isHypothetical = state.fold.isHypothetical || (!isCurrent && noted === true);
    return summaryOf({ ...info, ...(isHypothetical && { isHypothetical }) }, state.seq, isCurrent);
  }

  get vitals(): RollVitals {
    const { lag, isFaulted } = this.#follower;
    return { lag, isFaulted, checkpoint: this.#options.checkpoints?.newest(this.id) ?? null };
  }

  async has(seq: number, signal: AbortSignal): Promise<boolean> {
    const isTold = () => ((this.#follower.told ?? 0) >= seq ? true : undefined);
    if (isTold()) return true;
    // Another process may have told of an entry that this one has not come to.
    const head = await this.#options.log.head().catch(() => null);
    if (head === null) return true;
    return head >= seq && ((await this.#follower.until(isTold, signal)) ?? false);
  }

  get isNotedWhatIf(): boolean {
    return this.#info.isHypothetical === true;
  }

  async reached(seq: number, signal: AbortSignal): Promise<boolean> {
    const isThere = () => (this.#follower.state.seq >= seq ? true : undefined);
    return (await this.#follower.until(isThere, signal)) ?? false;
  }

  distribution(): RollDistribution {
    const { seq, fold } = this.#follower.state;
    if (this.#distribution?.seq !== seq) {
      const basis = shownBasis(this.#info, fold.isHypothetical);
      this.#distribution = { ...distributionDocument(this.id, seq, fold), basis };
    }
    return this.#distribution;
  }

  async distributionIn(query: ViewQuery): Promise<RollDistribution> {
    const viewed = this.#viewOf(query);
    if (viewed === null) return this.distribution();
    const { distribution, isHypothetical } = await this.#views.brief(viewed.to, viewed.view);
    return { ...distribution, basis: shownBasis(this.#info, isHypothetical) };
  }

  async document(query: ViewQuery = {}): Promise<RollDocument> {
    const { seq, fold } = this.#follower.state;
    const viewed = this.#viewOf(query);
    if (viewed !== null) return this.#views.document(viewed.to, viewed.view);
    return rollDocument(this.id, seq, fold);
  }

  async report(name: ReportName, query: ViewQuery, settings: Settings): Promise<ReportDocument> {
    const { asOfMs, asKnownMs, seq } = query;
    const view = { ...(asOfMs !== undefined && { asOfMs }), ...(asKnownMs !== undefined && { asKnownMs }) };
    const reports = await this.#views.reports(this.#entry(seq), view, settings);
    const report = reports.find((one) => one.report === name);
    if (report === undefined) throw new Error(`The reports were made without ${name}`);
    return report;
  }

  async map(query: ViewQuery): Promise<MapDocument> {
    const { seq, fold } = this.#follower.state;
    const viewed = this.#viewOf(query);
    if (viewed !== null) return (await this.#views.brief(viewed.to, viewed.view)).map;
    return mapDocument(this.id, seq, fold, this.#options.gazetteer);
  }

  async contingent(id: string): Promise<ContingentPage | undefined> {
    const roll = this.#follower.state;
    const state = roll.fold.contingents.get(id);
    if (state === undefined) return undefined;
    const { history } = roll.fold.readModel;
    const steps = [...history.of(id)];
    const children = [...history.childrenOf(id)];
    const events = await eventsBehind(roll, this.#options.log, [...new Set(steps.map(({ seq }) => seq))]);
    const { strength, killed, missing, wounded, unaccounted, parent, ...standing } = state.context;
    return {
      contingent: contingentDocument(id, state),
      standing,
      history: withEvents(steps, events),
      children,
    };
  }

  async history(id: string, after: number, limit: number): Promise<HistoryPage | undefined> {
    const roll = this.#follower.state;
    if (!roll.fold.contingents.has(id)) return undefined;
    const later = roll.fold.readModel.history.of(id).filter(({ seq }) => seq > after);
    const last = later[limit - 1]?.seq ?? Number.POSITIVE_INFINITY;
    const steps = later.filter(({ seq }) => seq <= last);
    const events = await eventsBehind(roll, this.#options.log, [...new Set(steps.map(({ seq }) => seq))]);
    return { items: withEvents(steps, events), next: steps.length < later.length ? last : null };
  }

  contingents(query: ContingentsQuery): Promise<readonly ContingentItem[]> {
    return this.#list.page(this.#follower.state, this.#options.log, query);
  }

  async series(asKnownMs?: number): Promise<readonly SeriesPoint[]> {
    const { seq, fold } = this.#follower.state;
    const isKept = asKnownMs === undefined && fold.isChronological;
    return isKept ? fold.readModel.series.points() : this.#views.series(seq, asKnownMs);
  }

  async claims(after: number, limit: number, asKnownMs?: number): Promise<readonly Claim[]> {
    const roll = this.#follower.state;
    if (asKnownMs !== undefined) {
      const claims = await this.#views.claims(roll.seq, asKnownMs);
      return claims.filter(({ seq }) => seq > after).slice(0, limit);
    }
    const seqs = roll.fold.readModel.claims.after(after, limit);
    const facts = await factsBehind(roll, this.#options.log, seqs);
    return [...facts].map(([seq, event]) => claimOf(seq, event)).filter((claim) => claim !== null);
  }

  async grounds(headline: Headline, after: number, limit: number): Promise<readonly Ground[]> {
    const roll = this.#follower.state;
    const marks = roll.fold.readModel.grounds.of(headline, after, limit);
    const events = await eventsBehind(
      roll,
      this.#options.log,
      marks.map(({ seq }) => seq),
    );
    return marks.flatMap((mark) => {
      const event = events.get(mark.seq);
      return event === undefined ? [] : [{ ...mark, event }];
    });
  }

  async events(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const found: LoggedEvent[] = [];
    if (limit <= 0) return found;
    for await (const entry of this.#options.log.read({ from: after + 1, to: after + limit })) {
      found.push(loggedEvent(entry));
    }
    return found;
  }

  refusals(after: number, limit: number): readonly Refusal[] {
    const later = this.#follower.state.fold.refusals.filter(({ seq }) => seq > after);
    return later.slice(0, Math.max(limit, 0));
  }

  flows(): readonly Flow[] {
    return this.#follower.state.fold.readModel.flows.list();
  }

  async refoldAbout<R extends ReadModel>(
    contingents: readonly string[] | null,
    readModel: R,
    to?: number,
  ): Promise<Fold<R>> {
    const roll = this.#follower.state;
    const { kernels, log } = this.#options;
    const last = this.#entry(to);
    const seqs =
      contingents === null
        ? Array.from({ length: last }, (_, index) => index + 1)
        : roll.fold.readModel.history.bearingOn(contingents, last);
    const fold = new Fold(kernels, {}, readModel);
    for (const [seq, event] of await factsBehind(roll, log, seqs)) fold.take({ kind: 'fact', seq, event });
    return fold;
  }

  async *updates(after: number | null, signal: AbortSignal): AsyncGenerator<Update> {
    for await (const batch of this.updateBatches(after, signal)) yield* batch;
  }

  updateBatches(after: number | null, signal: AbortSignal): AsyncGenerator<readonly Update[]> {
    return this.#updates.read(after, AbortSignal.any([signal, this.#ending.signal]));
  }

  /** An entry of the log, or the nearest; the last folded unless given. */
  #entry(seq = this.#follower.state.seq): number {
    return Math.min(Math.max(seq, 0), this.#follower.state.seq);
  }

  /** The view that is asked for; null if it is the roll as it stands. */
  #viewOf({ asOfMs, asKnownMs, seq }: ViewQuery): { readonly to: number; readonly view: View } | null {
    const to = this.#entry(seq);
    if (asOfMs === undefined && asKnownMs === undefined && to === this.#follower.state.seq) return null;
    const view = { ...(asOfMs !== undefined && { asOfMs }), ...(asKnownMs !== undefined && { asKnownMs }) };
    return { to, view };
  }
}

/** What the list of rolls shows of a roll. */
export function summaryOf(info: RollInfo, seq: number, isCurrent: boolean): RollSummary {
  const basis = shownBasis(info, info.isHypothetical === true);
  return { ...info, basis, openedAs: info.basis, seq, isCurrent };
}

/** Each step with its event; without those that a correction took back while we read. */
function withEvents(
  steps: readonly HistoryStep[],
  events: ReadonlyMap<number, Provenance>,
): readonly SourcedStep[] {
  return steps.flatMap((step) => {
    const event = events.get(step.seq);
    return event === undefined ? [] : [{ ...step, event }];
  });
}
