import type { Logger } from 'pino';
import { readEvent } from '../../events/event.ts';
import { ID_PATTERN, type RollId, rollName, THEATRE_ENTITY } from '../../events/ids.ts';
import type { AppendError, EventLog, OutgoingEvent } from '../log/port.ts';
import { transitionDocument } from '../readmodels/transition-document.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { FollowedRoll } from './live-roll.ts';
import { type Outcome, RollFold } from './roll-fold.ts';
import { RollLog } from './roll-log.ts';
import type { Rolls } from './rolls.ts';
import type { Submission } from './service.ts';

/** Times that another writer may come first before a submission is given up. */
const ATTEMPTS = 11;
/** Submissions that may wait for one roll; more are turned away, or memory would be the queue. */
const WAITING_MOST = 10_000;
/** How long a submission waits for a roll to be current. */
const PATIENCE_MS = 10_000;
/** For an entry to be folded: behind a correction that is the time to fold the whole log again. */
const FOLD_PATIENCE_MS = 60_000;
/** For an event to turn up whose append was never acknowledged. */
const LOST_ANSWER_MS = 3_000;
const DRAIN_MS = 10_000;

/**
 * Where events are handed in (DESIGN 6): each is judged before it is appended, and appended only where the roll
 * stands as it was judged. One at a time and in order for each roll; rolls do not wait for each other.
 */
export class SubmitGate {
  readonly #log: EventLog;
  readonly #rolls: Rolls;
  readonly #logger: Logger;
  readonly #queues = new Map<string, { last: Promise<unknown>; length: number }>();
  #isClosed = false;

  constructor(log: EventLog, rolls: Rolls, logger: Logger) {
    this.#log = log;
    this.#rolls = rolls;
    this.#logger = logger;
  }

  /** Never throws: a fault is logged and answered as `unavailable`. */
  async submit(roll: RollId, bytes: Uint8Array): Promise<Submission> {
    if (this.#isClosed) return notTaken('the service is closing; hand the event in again later');
    const form = readForm(roll, bytes);
    if (form.kind === 'bad-form') return form;

    const name = rollName(roll);
    const queue = this.#queues.get(name) ?? { last: Promise.resolve(), length: 0 };
    if (queue.length >= WAITING_MOST) {
      return notTaken(`${queue.length} submissions wait for ${name} already; hand the event in again later`);
    }
    this.#queues.set(name, queue);
    queue.length += 1;
    const answer = queue.last.then(() => this.#submit(roll, form.outgoing));
    queue.last = answer;
    const submission = await answer;
    queue.length -= 1;
    if (queue.length === 0) this.#queues.delete(name);
    return submission;
  }

  /** Turns new submissions away and waits, a bounded time, for those under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const underWay = Promise.all([...this.#queues.values()].map(({ last }) => last));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS, 'late');
    });
    if ((await Promise.race([underWay, timeout])) === 'late') {
      this.#logger.warn('Closed with submissions under way: their answers are lost');
    }
    clearTimeout(timer);
  }

  async #submit(roll: RollId, outgoing: OutgoingEvent): Promise<Submission> {
    try {
      return await this.#judgeAndAppend(roll, outgoing);
    } catch (error) {
      const seq = this.#rolls.known(roll)?.follower.state.seq ?? 0;
      this.#logger.error({ err: error, roll: rollName(roll), seq }, 'A submission failed');
      return unknown('the service failed while it took the event; look it up before handing it in again');
    }
  }

  async #judgeAndAppend(roll: RollId, outgoing: OutgoingEvent): Promise<Submission> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const live = await this.#rolls.find(roll);
      if (live !== undefined && !(await isCurrent(live))) {
        return notTaken(`${rollName(roll)} is still reading its log; hand the event in again later`);
      }
      const expectedSeq = live?.follower.state.seq ?? 0;
      const judged = this.#preview(live, roll, outgoing.bytes);
      if (judged.kind === 'duplicate') return { kind: 'duplicate', seq: judged.of, of: judged.of };
      if (judged.kind === 'refused') return { kind: 'refused', refusal: withoutSeq(judged.refusal) };

      const appended = await this.#log.append(roll, [outgoing], { expectedSeq });
      if (appended.ok) {
        const [seq] = appended.value;
        if (seq === expectedSeq + 1) return this.#verdict(roll, seq);
        // The store took it for a repeat of another entry, by the identity its producer gave that one.
        const message = `the log holds something else under this source and id at seq ${seq}; a new fact needs a new id`;
        return { kind: 'refused', refusal: { ...nameOf(judged), code: 'conflict', message } };
      }
      const final = await this.#answerTo(appended.error, roll, outgoing);
      if (final !== null) return final;
    }
    const message = `other writers came first ${ATTEMPTS} times; nothing was appended. Hand the event in again.`;
    return { kind: 'overtaken', seq: null, refusal: null, message };
  }

  /** The answer to an append that failed, or null to try again. */
  async #answerTo(error: AppendError, roll: RollId, outgoing: OutgoingEvent): Promise<Submission | null> {
    switch (error.kind) {
      case 'conflict': {
        const live = await this.#rolls.find(roll);
        const signal = AbortSignal.timeout(FOLD_PATIENCE_MS);
        await live?.follower.outcomeOf(error.actualSeq, signal);
        return null;
      }
      case 'too-large':
        return badForm(error.message);
      case 'unavailable':
        this.#logger.warn({ err: error.cause, roll: rollName(roll) }, error.message);
        return notTaken(error.message);
      case 'outcome-unknown':
        this.#logger.warn({ err: error.cause, roll: rollName(roll) }, error.message);
        return this.#lookFor(roll, outgoing, error.message);
      default:
        return error satisfies never;
    }
  }

  /** Whether an event arrived whose append was never acknowledged. */
  async #lookFor(roll: RollId, { bytes }: OutgoingEvent, message: string): Promise<Submission> {
    const live = await this.#rolls.find(roll);
    const arrived = await live?.follower.until(() => {
      const judged = this.#preview(live, roll, bytes);
      return judged.kind === 'duplicate' ? judged.of : undefined;
    }, AbortSignal.timeout(LOST_ANSWER_MS));
    return arrived === undefined ? unknown(message) : this.#verdict(roll, arrived);
  }

  /** What the fold made of an entry that is in the log. */
  async #verdict(roll: RollId, seq: number): Promise<Submission> {
    const live = await this.#rolls.find(roll);
    const outcome = await live?.follower.outcomeOf(seq, AbortSignal.timeout(FOLD_PATIENCE_MS));
    switch (outcome?.kind) {
      case 'accepted':
        return { kind: 'accepted', seq, transition: transitionDocument(outcome.transition) };
      case 'duplicate':
        return { kind: 'duplicate', seq, of: outcome.of };
      case 'refused': {
        const message = `in the log at seq ${seq}, but another event came first and the roll refused it`;
        return { kind: 'overtaken', seq, refusal: outcome.refusal, message };
      }
      case undefined:
        return unknown(`in the log at seq ${seq}; the roll has not come to it yet`);
      default:
        return outcome satisfies never;
    }
  }

  #preview(live: FollowedRoll | undefined, roll: RollId, bytes: Uint8Array): Outcome {
    const fold = live?.follower.state ?? new RollFold(this.#rolls.kernels, new RollLog(this.#log, roll, []));
    return fold.preview(bytes, roll);
  }
}

type Form = { readonly kind: 'good'; readonly outgoing: OutgoingEvent } | BadForm;
type BadForm = Extract<Submission, { kind: 'bad-form' }>;

function readForm(roll: RollId, bytes: Uint8Array): Form {
  for (const [place, id] of [
    ['theatre', roll.theatre],
    ['timeline', roll.timeline],
  ]) {
    if (id === undefined || !ID_PATTERN.test(id)) {
      return badForm(`${JSON.stringify(id)} is no ${place} id: expected ${ID_PATTERN.source}`);
    }
  }
  const form = readEvent(bytes, roll);
  if (!form.ok) {
    const { id, type, subject, code, message } = form;
    return { kind: 'bad-form', refusal: { id, type, subject, code, message } };
  }
  const { subject, envelope } = form.event;
  const identity = `${envelope.source} ${envelope.id}`;
  return { kind: 'good', outgoing: { entity: subject ?? THEATRE_ENTITY, identity, bytes } };
}

function badForm(message: string): BadForm {
  return { kind: 'bad-form', refusal: { id: null, type: null, subject: null, code: 'malformed', message } };
}

function notTaken(message: string): Submission {
  return { kind: 'unavailable', outcome: 'not-taken', message };
}

function unknown(message: string): Submission {
  return { kind: 'unavailable', outcome: 'unknown', message };
}

function withoutSeq({ id, type, subject, code, message }: Refusal): Omit<Refusal, 'seq'> {
  return { id, type, subject, code, message };
}

function nameOf({ transition: { event } }: Extract<Outcome, { kind: 'accepted' }>) {
  return { id: event.envelope.id, type: event.type, subject: event.subject };
}

async function isCurrent({ follower }: FollowedRoll): Promise<boolean> {
  const probe = () => (follower.isCurrent ? true : undefined);
  return (await follower.until(probe, AbortSignal.timeout(PATIENCE_MS))) === true;
}
