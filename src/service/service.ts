import type { RollId } from '../../events/ids.ts';
import type { Pathway } from '../../events/vocabulary.ts';
import type { RollOpening } from '../log/open-at-head.ts';
import type { Basis, BranchRefused, NoSuchRoll, Result, RollInfo, Unavailable } from '../log/port.ts';
import type { Claim } from '../readmodels/claims.ts';
import type { Flow } from '../readmodels/flows.ts';
import type { Ground, Headline } from '../readmodels/grounds.ts';
import type { MapDocument } from '../readmodels/map/map-document.ts';
import type { ReportName } from '../readmodels/reports/catalogue.ts';
import type { Settings } from '../readmodels/reports/report.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import type { ContingentDocument, RollDistribution, RollDocument } from '../readmodels/roll-document.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import type { HistoryStep } from '../readmodels/step-table.ts';
import type { Provenance, TransitionDocument } from '../readmodels/transition-document.ts';
import type { Fold, ReadModel } from '../roll/fold.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { StoredCheckpoint } from './checkpoints.ts';
import type { Telemetry } from './telemetry.ts';
import type { Trace } from './traces.ts';

/** A roll as the list of rolls shows it. */
export interface RollSummary extends RollInfo {
  /** On what it rests: hypothetical as soon as a what-if counts in it, else as it was opened; null if unannounced. */
  readonly basis: Basis | null;
  /** As it was opened with; null for one that is unannounced. */
  readonly openedAs: Basis | null;
  /** Entries folded so far; of a roll that is not followed here, those in the log. */
  readonly seq: number;
  /** Whether everything that was in the log at the start has been folded; true of one that is not followed here. */
  readonly isCurrent: boolean;
}

/** What happened on a roll, in the order of its log; `seq` is the entry that made it happen, `trace` the one it brought. */
export type Update =
  | {
      readonly kind: 'transition';
      readonly seq: number;
      readonly transition: TransitionDocument;
      readonly trace?: Trace;
    }
  | {
      readonly kind: 'refusal';
      readonly seq: number;
      readonly refusal: Refusal;
      /** Whom it was published for, where it names somebody else. */
      readonly publishedFor?: string;
      readonly trace?: Trace;
    }
  | { readonly kind: 'distribution'; readonly seq: number; readonly distribution: RollDistribution };

/** The answer to an event that was handed in (DESIGN 6). */
export type Submission =
  /** In the log, and accepted by the fold. */
  | {
      readonly kind: 'accepted';
      readonly seq: number;
      readonly transition: TransitionDocument;
      /** What is accepted and probably wrong: misspelt attributes, dates that cannot be. */
      readonly warnings: readonly string[];
    }
  /** Said already, with the same content, by the entry `of`: not appended again, and `seq` is that entry too. */
  | { readonly kind: 'duplicate'; readonly seq: number; readonly of: number }
  /** Malformed, of an unknown type or too large: not in the log. */
  | { readonly kind: 'bad-form'; readonly refusal: Omit<Refusal, 'seq'> }
  /** The roll would refuse it now: not in the log. */
  | { readonly kind: 'refused'; readonly refusal: Omit<Refusal, 'seq'> }
  /** Another event came first and changed the verdict: in the log, refused. Or the roll never stood still: not in the log, refusal null. */
  | {
      readonly kind: 'overtaken';
      readonly seq: number | null;
      readonly refusal: Refusal | null;
      readonly message: string;
    }
  /** The log cannot be reached, or did not say whether it took the event. */
  | { readonly kind: 'unavailable'; readonly outcome: 'not-taken' | 'unknown'; readonly message: string };

/** What an event would be answered if it was handed in. */
export type DryVerdict =
  | { readonly kind: 'accepted'; readonly warnings: readonly string[] }
  | Extract<Submission, { kind: 'duplicate' | 'bad-form' | 'refused' }>;

/** What events would come to, one after another, and the distribution before and after them. */
export interface DryRun {
  readonly verdicts: readonly DryVerdict[];
  readonly before: RollDistribution;
  readonly after: RollDistribution;
}

/** The answer to one of several events that were handed in together. */
export type BatchSubmission =
  | Submission
  /** Not in the log: one before it was `unavailable`, and it may build on that one. */
  | { readonly kind: 'not-tried' };

export interface ViewQuery {
  readonly asOfMs?: number;
  readonly asKnownMs?: number;
  /** Only the first entries of the log. */
  readonly seq?: number;
}

/** A step of a contingent's history with the event behind it. */
export interface SourcedStep extends HistoryStep {
  readonly event: Provenance;
}

export interface ContingentPage {
  readonly contingent: ContingentDocument;
  /** Where it stands and what it is, as far as events said. */
  readonly standing: Readonly<Record<string, string | null>>;
  readonly history: readonly SourcedStep[];
  readonly children: readonly string[];
}

export interface HistoryPage {
  readonly items: readonly SourcedStep[];
  /** Where the next page goes on; null on the last. */
  readonly next: number | null;
}

/** An event and its place in the log. */
export interface SourcedPlace {
  readonly seq: number;
  readonly event: Provenance;
}

/** A contingent in the list of contingents. */
export interface ContingentItem extends ContingentDocument {
  /** Null if no event said so. */
  readonly place: string | null;
  /** How many were detached from it. */
  readonly children: number;
  /** The last event that concerned it. */
  readonly last: SourcedPlace | null;
  /** The event that made its strength what it is. */
  readonly strengthFrom: SourcedPlace | null;
}

export interface ContingentsQuery {
  readonly limit: number;
  /** Only ids after this one, in code-unit order. */
  readonly after?: string;
  /** Only those detached from this one; null: only those detached from none. */
  readonly parent?: string | null;
  readonly pathway?: Pathway;
  /** Only the one of this id. */
  readonly only?: string;
  /** Only those that have such losses. */
  readonly having?: 'killed' | 'missing' | 'wounded' | 'unaccounted';
}

export interface LoggedEvent {
  readonly seq: number;
  readonly recordedtime: string;
  /** The event as it was logged; null if it is no JSON, then `text` has it. */
  readonly event: unknown;
  readonly text: string | null;
  /** What was logged, byte for byte, where neither `event` nor `text` written as UTF-8 gives that. */
  readonly base64: string | null;
  /** Whom it was published for, where it names somebody else. */
  readonly publishedfor: string | null;
}

/** How a roll keeps up with its log, for whoever runs the service. */
export interface RollVitals {
  /** Entries that are known to be in the log and not folded. */
  readonly lag: number;
  /** Reading the log failed, and is tried again. */
  readonly isFaulted: boolean;
  /** The newest stored fold; null if this process has stored and read none. */
  readonly checkpoint: StoredCheckpoint | null;
}

/** A roll kept up to date with its log. */
export interface LiveRoll {
  readonly summary: RollSummary;
  readonly vitals: RollVitals;
  /** Whether the log has a note that a what-if counts in it (`EventLog.noteWhatIf`). */
  readonly isNotedWhatIf: boolean;
  distribution(): RollDistribution;
  /** The distribution in a view. This, `document` and `series` throw BusyError when too many views are being folded. */
  distributionIn(query: ViewQuery): Promise<RollDistribution>;
  /** The roll document; with a query, in that view. */
  document(query?: ViewQuery): Promise<RollDocument>;
  /** A report about the roll as the query views it. Folds the log, once for all reports. */
  report(name: ReportName, query: ViewQuery, settings: Settings): Promise<ReportDocument>;
  /** Troops by place, as GeoJSON; throws BusyError as `document` does. */
  map(query: ViewQuery): Promise<MapDocument>;
  /** Undefined if no such contingent is on the roll. */
  contingent(id: string): Promise<ContingentPage | undefined>;
  /** Steps of a contingent's history after an entry: `limit`, and those of the last one's event. Undefined if there is no such contingent. */
  history(id: string, after: number, limit: number): Promise<HistoryPage | undefined>;
  /** Contingents by id, a page of them. */
  contingents(query: ContingentsQuery): Promise<readonly ContingentItem[]>;
  /** How each day ended on which something changed, as known by an instant if one is given. Folds the log if that is asked for, or the log is not in the order of time. */
  series(asKnownMs?: number): Promise<readonly SeriesPoint[]>;
  /** What was published of casualties and strength, by seq, as known by an instant if one is given (that folds the log). */
  claims(after: number, limit: number, asKnownMs?: number): Promise<readonly Claim[]>;
  /** The events on which a headline rests, by seq. */
  grounds(headline: Headline, after: number, limit: number): Promise<readonly Ground[]>;
  /** Entries after a seq, at most `limit`, in order. */
  events(after: number, limit: number): Promise<readonly LoggedEvent[]>;
  refusals(after: number, limit: number): readonly Refusal[];
  /** Resolves to true when all that was in the log at the start is folded, to false if the signal aborts before. */
  whenCurrent(signal: AbortSignal): Promise<boolean>;
  /**
   * Whether the log has an entry of that seq. Resolves to true when readers of updates are told of it, or if the log
   * can't be asked; to false too if the signal aborts before.
   */
  has(seq: number, signal: AbortSignal): Promise<boolean>;
  /** Resolves to true when the entry of that seq is folded, to false if the signal aborts before. */
  reached(seq: number, signal: AbortSignal): Promise<boolean>;
  flows(): readonly Flow[];
  /**
   * Folds only what bears on some contingents and on the theatre, as it counts now, up to an entry (all of it unless
   * given): quick, however long the log is. They and the phase stand as in the whole roll; nobody else does. With
   * null everything is folded, which is for short logs.
   */
  refoldAbout<R extends ReadModel>(
    contingents: readonly string[] | null,
    readModel: R,
    to?: number,
  ): Promise<Fold<R>>;
  /**
   * Everything that happens from now on, or (with `after`) since that entry, without a gap: transitions and
   * refusals each, the distribution at once and then after changes, coalesced to at most 20 a second. Ends when
   * the signal aborts or the service closes. A reader that falls too far behind is ended, to resume by `after`.
   */
  updates(after: number | null, signal: AbortSignal): AsyncIterable<Update>;
  /**
   * The same, as many at once as there are, up to 64 KiB or one: what is made of a batch for one reader can serve all
   * who are given the very same.
   */
  updateBatches(after: number | null, signal: AbortSignal): AsyncIterable<readonly Update[]>;
}

/** A roll that this process writes the outputs of, until it is lost to another. */
export interface Holding {
  readonly live: LiveRoll;
  readonly lost: AbortSignal;
}

/** Which rolls this process writes the outputs of, where several follow the same log. */
export interface Holdings {
  /** Those held now, then each one as it becomes ours and is read; ends when the signal aborts or the service closes. Never throws. */
  follow(signal: AbortSignal): AsyncIterable<Holding>;
}

/**
 * Muster at work: the rolls that this process holds followed and folded, any other one when somebody asks for it, as
 * long as it is used. All are folds of the same log: whoever folds one comes to the same.
 */
export interface Service {
  /**
   * Every roll of the log by name, in code-unit order, those too that were closed. Throws if the log is to be asked and
   * can't be read.
   */
  rolls(): Promise<readonly RollSummary[]>;
  /** Those followed now, by name. */
  followed(): readonly LiveRoll[];
  /** A roll that was heard of; it is followed from now on if it was not, and perhaps not current yet. */
  roll(id: RollId): LiveRoll | undefined;
  /** As `roll`, but asks the log about one that has not been heard of yet. Throws if the log can't be read. */
  find(id: RollId): Promise<LiveRoll | undefined>;
  /** The rolls followed now, then each one as it is; ends when the signal aborts or the service closes. */
  followRolls(signal: AbortSignal): AsyncIterable<LiveRoll>;
  /** The rolls whose outputs this process is to publish. */
  readonly holdings: Holdings;
  /** Makes a roll known; a branch starts at the head of its base (see `openAtHead`). Answers with what stands. */
  open(roll: RollId, opening: RollOpening): Promise<Result<RollSummary, BranchRefused | Unavailable>>;
  /** Has lists leave a roll out until it is opened again; its log stays. */
  closeRoll(roll: RollId): Promise<Result<RollSummary, NoSuchRoll | Unavailable>>;
  /**
   * Judges an event and, if the roll would take it, appends it and answers with the fold's verdict. `traceparent` is
   * the header that it came with, which counts if the event names no trace itself.
   */
  submit(roll: RollId, bytes: Uint8Array, traceparent?: string): Promise<Submission>;
  /**
   * As `submit` for one event after another, and quicker: they are appended together. Answers all, in order; after
   * the first that is `unavailable` none is tried.
   */
  submitMany(
    roll: RollId,
    events: readonly Uint8Array[],
    traceparent?: string,
  ): Promise<readonly BatchSubmission[]>;
  /**
   * What events would be answered if they were handed in one after another; nothing is appended, and no roll made
   * known. Folds the roll afresh. Throws BusyError when too many such wait, or the roll is not current.
   */
  dryRun(roll: RollId, events: readonly Uint8Array[]): Promise<DryRun>;
  /** What it tells of its work. */
  readonly telemetry: Telemetry;
  /** Why not every roll that this process held at the start is current, or the log can't be reached, with the rolls' names; null if all is well. */
  unreadiness(): string | null;
  /** Resolves when it is ready or closed, or the signal aborts; says which: true if ready. */
  whenReady(signal?: AbortSignal): Promise<boolean>;
  /** Whether it was told to close. */
  readonly isClosed: boolean;
  /** Drains: leaves the rolls to other processes, finishes submissions under way, ends updates, writes checkpoints. Does not close the log. */
  close(): Promise<void>;
}
