import type { Logger } from 'pino';
import { type RollId, rollName } from '../../events/ids.ts';
import type { EventLog } from '../log/port.ts';
import { type Candidate, GroupCommit, notTaken } from './group-commit.ts';
import type { Rolls } from './rolls.ts';
import type { BatchSubmission, Submission } from './service.ts';
import { badForm, problemOf, readForm } from './submitted-form.ts';
import type { Telemetry } from './telemetry.ts';

/** What is appended at once: what JetStream takes in one batch, and no more than a moment's work to judge. */
const GROUP = { events: 500, bytes: 4 * 1_048_576 };
/** What may wait for all rolls together; more is turned away, or memory would be the queue. */
const WAITING_MOST = { events: 50_000, bytes: 64 * 1_048_576 };
const DRAIN_MS = 10_000;

/** An event that waits for its turn. */
interface Waiting {
  readonly bytes: Uint8Array;
  /** Those it was handed in with; once one of them is `unavailable`, those after it are not tried. */
  readonly together: { isStopped: boolean };
  readonly answer: (submission: BatchSubmission) => void;
}

/**
 * Where events are handed in (DESIGN 6): each is judged before it is appended, and appended only where the roll
 * stands as it was judged. In order for each roll: whatever waits for it is committed together, up to a limit; rolls
 * do not wait for each other.
 */
export class SubmitGate {
  readonly #log: EventLog;
  readonly #rolls: Rolls;
  readonly #logger: Logger;
  readonly #telemetry: Telemetry;
  readonly #queues = new Map<string, Waiting[]>();
  readonly #committing = new Set<Promise<void>>();
  #events = 0;
  #bytes = 0;
  #isClosed = false;

  constructor(log: EventLog, rolls: Rolls, logger: Logger, telemetry: Telemetry) {
    this.#log = log;
    this.#rolls = rolls;
    this.#logger = logger;
    this.#telemetry = telemetry;
  }

  /** Never throws: a fault is logged and answered as `unavailable`. */
  async submit(roll: RollId, bytes: Uint8Array): Promise<Submission> {
    const [submission] = await this.submitMany(roll, [bytes]);
    return submission === undefined || submission.kind === 'not-tried' ? notTaken('not tried.') : submission;
  }

  /** As `submit` one after another, as far as the log is available: the answers, in order. */
  async submitMany(roll: RollId, events: readonly Uint8Array[]): Promise<readonly BatchSubmission[]> {
    const problem = problemOf(roll);
    if (problem !== null) return events.map(() => badForm(problem));
    const bytes = events.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const full = this.#isClosed ? 'the service is closing' : this.#fullWith(events.length, bytes);
    if (full !== null) {
      const answer = notTaken(`${full}; hand the event in again later.`);
      return events.map((_, index) => (index === 0 ? answer : { kind: 'not-tried' }));
    }
    this.#events += events.length;
    this.#bytes += bytes;
    const together = { isStopped: false };
    const answers = events.map((one) => this.#enter(roll, one, together));
    const answered = await Promise.all(answers);
    this.#events -= events.length;
    this.#bytes -= bytes;
    return answered;
  }

  /** Turns new submissions away and waits, a bounded time, for those under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const drained = new AbortController();
    void Promise.all(this.#committing).then(() => drained.abort());
    await this.#rolls.clock.sleep(DRAIN_MS, drained.signal);
    if (!drained.signal.aborted) {
      this.#logger.warn('Closed with submissions under way: their answers are lost');
    }
  }

  #fullWith(events: number, bytes: number): string | null {
    const isFull =
      this.#events + events > WAITING_MOST.events ||
      (this.#events > 0 && this.#bytes + bytes > WAITING_MOST.bytes);
    return isFull ? `${this.#events} events of ${this.#bytes} bytes wait for the log already` : null;
  }

  #enter(roll: RollId, bytes: Uint8Array, together: Waiting['together']): Promise<BatchSubmission> {
    return new Promise((resolve) => {
      const waiting = { bytes, together, answer: resolve };
      const name = rollName(roll);
      const queue = this.#queues.get(name);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      this.#queues.set(name, [waiting]);
      const committing = this.#commitAll(roll).finally(() => this.#committing.delete(committing));
      this.#committing.add(committing);
    });
  }

  /** Commits a roll's queue, group by group, until it is empty. */
  async #commitAll(roll: RollId): Promise<void> {
    const name = rollName(roll);
    const commits = new GroupCommit(this.#log, this.#rolls, this.#logger, roll, this.#telemetry);
    for (;;) {
      await Promise.resolve(); // whoever submits in the same turn comes along
      const queue = this.#queues.get(name) ?? [];
      if (queue.length === 0) break;
      await commits.commit(nextGroup(roll, queue));
    }
    this.#queues.delete(name);
  }
}

/**
 * Takes the next events out of a queue that can be committed as one, and answers those in between that can't be
 * tried. A correction goes alone: what it changes lies behind, so what comes after it can't be judged before.
 */
function nextGroup(roll: RollId, queue: Waiting[]): readonly Candidate[] {
  const group: Candidate[] = [];
  let bytes = 0;
  let taken = 0;
  for (const waiting of queue) {
    if (group.length === GROUP.events) break;
    if (group.length > 0 && bytes + waiting.bytes.byteLength > GROUP.bytes) break;
    const form = waiting.together.isStopped
      ? ({ kind: 'not-tried' } as const)
      : readForm(roll, waiting.bytes);
    if (form.kind !== 'good') {
      waiting.answer(form);
      taken += 1;
      continue;
    }
    if (form.isCorrection && group.length > 0) break;
    const { outgoing, warnings } = form;
    group.push({ outgoing, warnings, answer: (submission) => answer(waiting, submission) });
    bytes += waiting.bytes.byteLength;
    taken += 1;
    if (form.isCorrection) break;
  }
  queue.splice(0, taken);
  return group;
}

function answer({ together, answer }: Waiting, submission: Submission): void {
  const isTried =
    submission.kind !== 'unavailable' || submission.outcome === 'unknown' || !together.isStopped;
  answer(isTried ? submission : { kind: 'not-tried' });
  if (submission.kind === 'unavailable') together.isStopped = true;
}
