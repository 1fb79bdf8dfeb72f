import type { Logger } from 'pino';
import { type RollId, rollName } from '../../events/ids.ts';
import type { EventLog, OutgoingEvent } from '../log/port.ts';
import { datedBeforeArrival } from '../readmodels/date-warnings.ts';
import { transitionDocument } from '../readmodels/transition-document.ts';
import { conflictNamed } from '../roll/content.ts';
import type { Outcome, Refusal, Refused } from '../roll/outcome.ts';
import { keepTrying, warned } from './keep-trying.ts';
import type { FollowedRoll } from './live-roll.ts';
import { RollFold } from './roll-fold.ts';
import { RollLog } from './roll-log.ts';
import type { Rolls } from './rolls.ts';
import type { Submission } from './service.ts';
import type { AppendResult, Telemetry } from './telemetry.ts';

/** Times in a row that another writer may come first before an event is given up; the group is halved each time. */
const ATTEMPTS = 20;
/** Times that an append may go unanswered before it is left at that: each takes ten seconds of the producer's patience. */
const UNANSWERED_MOST = 2;
/** How long a submission waits for a roll to be current. */
const PATIENCE_MS = 10_000;
/** For an entry to be folded: behind a correction that is the time to fold the whole log again. */
const FOLD_PATIENCE_MS = 60_000;
/** For what became of an append that was never acknowledged: its producer has waited for that long already. */
const LOOK_UP_MS = 10_000;

/** A well-formed event that waits for its verdict. */
export interface Candidate {
  readonly outgoing: OutgoingEvent;
  /** What its own text makes one wonder about. */
  readonly warnings: readonly string[];
  /** Called once. */
  readonly answer: (submission: Submission) => void;
}

/** A candidate that is being committed. */
class Attempted {
  readonly outgoing: OutgoingEvent;
  readonly warnings: readonly string[];
  /** An append of it was never acknowledged. */
  mayBeLogged = false;
  readonly #candidate: Candidate;
  #isAnswered = false;

  constructor(candidate: Candidate) {
    this.outgoing = candidate.outgoing;
    this.warnings = candidate.warnings;
    this.#candidate = candidate;
  }

  /** The first answer counts. */
  answer(submission: Submission): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#candidate.answer(submission);
  }
}

interface Judged {
  readonly candidate: Attempted;
  readonly outcome: Outcome;
}

/**
 * Commits events of one roll as a group: each is judged on what those before it would do, those that the roll would
 * take are appended at once, where the roll stands as it was judged, and each gets the fold's own verdict. So the
 * verdicts are those of events handed in one by one.
 */
export class GroupCommit {
  readonly #log: EventLog;
  readonly #rolls: Rolls;
  readonly #logger: Logger;
  readonly #roll: RollId;
  readonly #telemetry: Telemetry;
  /** A head that the log had after the candidates came; null before it was looked up. */
  #acknowledged: number | null = null;

  constructor(log: EventLog, rolls: Rolls, logger: Logger, roll: RollId, telemetry: Telemetry) {
    this.#log = log;
    this.#rolls = rolls;
    this.#logger = logger.child({ roll: rollName(roll) });
    this.#roll = roll;
    this.#telemetry = telemetry;
  }

  /** Answers every candidate. Never throws: a fault is logged and answered as `unavailable`. */
  async commit(candidates: readonly Candidate[]): Promise<void> {
    const release = this.#rolls.known(this.#roll)?.follower.awaitOutcomes();
    this.#acknowledged = null;
    try {
      await this.#commit(candidates);
    } finally {
      release?.();
    }
  }

  async #commit(candidates: readonly Candidate[]): Promise<void> {
    let left = candidates.map((candidate) => new Attempted(candidate));
    let size = left.length;
    let unanswered = 0;
    for (let attempt = 1; left.length > 0; attempt++) {
      const group = left.slice(0, size);
      const result = await this.#tryOnce(group).catch((error: unknown) => this.#failed(group, error));
      switch (result) {
        case 'answered':
          left = left.slice(group.length);
          attempt = 0;
          break;
        case 'behind':
          break;
        case 'overtaken':
          size = Math.ceil(group.length / 2);
          if (attempt < ATTEMPTS) break;
          answerOvertaken(group);
          left = left.slice(group.length);
          attempt = 0;
          break;
        case 'unanswered':
          if (++unanswered < UNANSWERED_MOST && (await this.#catchUp())) break;
          answerUnavailable(left, 'the log did not say whether it took the event.');
          return;
        default:
          answerUnavailable(left, result.unavailable);
          return;
      }
    }
  }

  async #tryOnce(
    group: readonly Attempted[],
  ): Promise<'answered' | 'behind' | 'overtaken' | 'unanswered' | { readonly unavailable: string }> {
    const live = await this.#rolls.find(this.#roll);
    if (live !== undefined && !(await this.#isCurrent(live))) return this.#stillReading();
    const head = live?.follower.state.seq ?? 0;
    const judged = this.#judge(live, group);
    const taken = judged
      .filter(({ outcome }) => outcome.kind === 'accepted')
      .map(({ candidate }) => candidate);
    if (taken.length === 0) {
      return (await this.#answerUnproved(live, judged, head)) ?? 'answered';
    }
    const events = taken.map(({ outgoing }) => outgoing);
    const appended = await this.#append(events, head);
    if (appended.ok) {
      live?.follower.hear(appended.value.at(-1) ?? 0);
      await this.#answer(judged, head, appended.value);
      return 'answered';
    }
    const { error } = appended;
    switch (error.kind) {
      case 'conflict':
        live?.follower.hear(error.actualSeq);
        await live?.reached(error.actualSeq, this.#rolls.clock.timeout(FOLD_PATIENCE_MS));
        return 'overtaken';
      case 'too-large':
        throw new Error('An event that was well-formed is too large for the log', { cause: error });
      case 'unavailable': {
        this.#logger.warn({ err: error.cause, seq: head }, error.message);
        // What was judged before the first that could not be appended stands without it.
        const standing = judged.slice(
          0,
          judged.findIndex(({ outcome }) => outcome.kind === 'accepted'),
        );
        await this.#answerUnproved(live, standing, head);
        return { unavailable: error.message };
      }
      case 'outcome-unknown':
        this.#logger.warn({ err: error.cause, seq: head }, error.message);
        for (const candidate of taken) candidate.mayBeLogged = true;
        return 'unanswered';
      default:
        return error satisfies never;
    }
  }

  /** As the log's `append` where the roll stands at `head`, timed and shown in the traces of the events. */
  async #append(events: readonly OutgoingEvent[], head: number): ReturnType<EventLog['append']> {
    const facts = { 'muster.roll': rollName(this.#roll), 'muster.events': events.length };
    const { traces } = this.#telemetry;
    const spans = events.map((event) => traces.of(event)?.begin('muster append', facts));
    const done = this.#telemetry.appending();
    let result: AppendResult = 'failed';
    try {
      const appended = await this.#log.append(this.#roll, events, { expectedSeq: head });
      result = appended.ok ? 'appended' : appended.error.kind;
      return appended;
    } finally {
      done(result);
      for (const span of spans) span?.end({ 'muster.result': result });
    }
  }

  /** The last entry that is folded here. */
  get #seq(): number {
    return this.#rolls.known(this.#roll)?.follower.state.seq ?? 0;
  }

  #judge(live: FollowedRoll | undefined, group: readonly Attempted[]): readonly Judged[] {
    const fold =
      live?.follower.state ?? new RollFold(this.#rolls.kernels, new RollLog(this.#log, this.#roll, []));
    const draft = fold.draft();
    return group.map((candidate) => ({
      candidate,
      outcome: draft.offer({ bytes: candidate.outgoing.bytes, home: this.#roll }),
    }));
  }

  /** Answers what was judged at a head, once those that were accepted stand at these positions. */
  async #answer(judged: readonly Judged[], head: number, positions: readonly number[]): Promise<void> {
    const inLog: { readonly candidate: Attempted; readonly seq: number }[] = [];
    const placeOf = (seq: number) => positions[seq - head - 1] ?? seq;
    for (const { candidate, outcome } of judged) {
      switch (outcome.kind) {
        case 'accepted': {
          const seq = placeOf(outcome.transition.seq);
          if (seq > head) inLog.push({ candidate, seq });
          else candidate.answer(heldOtherwise(outcome, seq));
          break;
        }
        case 'duplicate': {
          const of = placeOf(outcome.of);
          if (candidate.mayBeLogged) inLog.push({ candidate, seq: of });
          else candidate.answer({ kind: 'duplicate', seq: of, of });
          break;
        }
        case 'refused': {
          const { of } = outcome;
          const refusal =
            of === undefined ? outcome.refusal : await this.#named(outcome, candidate, placeOf(of));
          candidate.answer({ kind: 'refused', refusal: withoutSeq(refusal) });
          break;
        }
        default:
          outcome satisfies never;
      }
    }
    if (inLog.length === 0) return;
    const live = await this.#rolls.find(this.#roll);
    const seqs = inLog.map(({ seq }) => seq);
    const outcomes = await live?.follower.outcomesOf(seqs, this.#rolls.clock.timeout(FOLD_PATIENCE_MS));
    const fold = live?.follower.state.fold;
    for (const { candidate, seq } of inLog) {
      const outcome = outcomes?.get(seq);
      const early =
        fold !== undefined && outcome?.kind === 'accepted'
          ? datedBeforeArrival(outcome.transition.event, fold.readModel.arrivals, fold.contingents)
          : [];
      candidate.answer(verdictOf(seq, outcome, [...candidate.warnings, ...early]));
    }
  }

  /** The refusal of a conflict with what the event says otherwise than the first of its identity, if that can be read. */
  async #named({ refusal }: Refused, { outgoing: { bytes } }: Attempted, first: number): Promise<Refusal> {
    try {
      for await (const entry of this.#log.read(this.#roll, { from: first, to: first })) {
        return conflictNamed(refusal, entry, { bytes, home: this.#roll });
      }
    } catch (error) {
      this.#logger.warn({ err: error, seq: first }, 'The entry that a conflict is with could not be read');
    }
    return refusal;
  }

  /**
   * Answers what was refused or said before, of which no append proved that the roll stood where the log did: first
   * the log is asked. Those whom a later entry may concern are left if it is ahead, or does not answer.
   */
  async #answerUnproved(
    live: FollowedRoll | undefined,
    judged: readonly Judged[],
    head: number,
  ): Promise<'behind' | { readonly unavailable: string } | null> {
    const isProved = live === undefined || judged.every(isForGood);
    const problem = isProved ? null : await this.#provedAt(live, head);
    await this.#answer(problem === null ? judged : judged.filter(isForGood), head, []);
    return problem;
  }

  /** Null if a roll folded up to `head` has all that was acknowledged before these candidates came. */
  async #provedAt(
    live: FollowedRoll,
    head: number,
  ): Promise<'behind' | { readonly unavailable: string } | null> {
    const { clock } = this.#rolls;
    const outage = this.#log.outage();
    if (outage !== null) return { unavailable: `${outage}, so the event could not be judged.` };
    this.#acknowledged ??= await this.#lookUpHead(clock.timeout(LOOK_UP_MS), 'what others appended');
    const acknowledged = this.#acknowledged;
    if (acknowledged === null) return { unavailable: 'the log did not say what is in it.' };
    if (acknowledged <= head) return null;
    live.follower.hear(acknowledged);
    const isFolded = await live.reached(acknowledged, clock.timeout(FOLD_PATIENCE_MS));
    return isFolded ? 'behind' : this.#stillReading();
  }

  #stillReading(): { readonly unavailable: string } {
    return {
      unavailable: `${rollName(this.#roll)} is still reading its log; hand the event in again later.`,
    };
  }

  /**
   * Folds all that is in the log now, so that an event whose append went unanswered is found there; false if it can't
   * be read for long. A server whose disk is full may count what it never gives.
   */
  async #catchUp(): Promise<boolean> {
    const late = this.#rolls.clock.timeout(LOOK_UP_MS);
    try {
      const head = await this.#lookUpHead(late, 'an append that went unanswered');
      if (head === null) return false;
      const live = await this.#rolls.find(this.#roll);
      return head === 0 || ((await live?.reached(head, late)) ?? false);
    } catch (error) {
      this.#logger.warn({ err: error, seq: this.#seq }, 'An append went unanswered, and so did the log');
      return false;
    }
  }

  /** The roll's head, asked until the log tells; null if it is `late` by then. */
  async #lookUpHead(late: AbortSignal, sought: string): Promise<number | null> {
    const { clock } = this.#rolls;
    const found = new AbortController();
    let head: number | null = null;
    const ask = async () => {
      const outage = this.#log.outage();
      if (outage !== null) throw new Error(outage);
      head = await this.#log.head(this.#roll);
      found.abort();
    };
    const ended = AbortSignal.any([found.signal, late]);
    const asking = warned(`Looking for ${sought}`, this.#logger, ask);
    await keepTrying(asking, ended, clock);
    return head;
  }

  /** Whether a roll has folded what was in its log at the start; waits for it a while. */
  async #isCurrent({ follower }: FollowedRoll): Promise<boolean> {
    const probe = () => (follower.isCurrent ? true : undefined);
    return (await follower.until(probe, this.#rolls.clock.timeout(PATIENCE_MS))) === true;
  }

  #failed(group: readonly Attempted[], error: unknown): { readonly unavailable: string } {
    this.#logger.error({ err: error, seq: this.#seq }, 'A submission failed');
    for (const candidate of group) candidate.mayBeLogged = true;
    return {
      unavailable: 'the service failed while it took the event; look it up before handing it in again.',
    };
  }
}

/** Whether no later entry can change what was judged: an identity stays what it is. */
function isForGood({ outcome }: Judged): boolean {
  return outcome.kind === 'duplicate' || (outcome.kind === 'refused' && outcome.refusal.code === 'conflict');
}

/** What the fold made of an entry that is in the log. */
function verdictOf(seq: number, outcome: Outcome | undefined, warnings: readonly string[]): Submission {
  switch (outcome?.kind) {
    case 'accepted':
      return { kind: 'accepted', seq, transition: transitionDocument(outcome.transition), warnings };
    case 'duplicate':
      return { kind: 'duplicate', seq, of: outcome.of };
    case 'refused': {
      const message = `in the log at seq ${seq}, but another event came first and the roll refused it; if it still holds, hand in a new one`;
      return { kind: 'overtaken', seq, refusal: outcome.refusal, message };
    }
    case undefined:
      return unknown(`in the log at seq ${seq}; the roll has not come to it yet.`);
    default:
      return outcome satisfies never;
  }
}

function answerUnavailable(candidates: readonly Attempted[], message: string): void {
  for (const candidate of candidates) {
    candidate.answer(candidate.mayBeLogged ? unknown(message) : notTaken(message));
  }
}

function answerOvertaken(candidates: readonly Attempted[]): void {
  const message = `other writers came first ${ATTEMPTS} times; nothing was appended. Hand the event in again.`;
  for (const candidate of candidates) {
    candidate.answer({ kind: 'overtaken', seq: null, refusal: null, message });
  }
}

/** The store took it for a repeat of another entry, by the identity its producer gave that one. */
function heldOtherwise(
  { transition: { event } }: Extract<Outcome, { kind: 'accepted' }>,
  seq: number,
): Submission {
  const { envelope, type, subject } = event;
  const message = `the log holds something else under this source and id at seq ${seq}; a new fact needs a new id`;
  return { kind: 'refused', refusal: { id: envelope.id, type, subject, code: 'conflict', message } };
}

export function notTaken(message: string): Submission {
  return { kind: 'unavailable', outcome: 'not-taken', message };
}

function unknown(message: string): Submission {
  return { kind: 'unavailable', outcome: 'unknown', message };
}

function withoutSeq({ id, type, subject, code, message }: Refusal): Omit<Refusal, 'seq'> {
  return { id, type, subject, code, message };
}
