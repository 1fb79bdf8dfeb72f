import { type RollId, rollName } from '../../../events/ids.ts';
import type { AppendError, OutgoingEvent, Result } from '../port.ts';
import { copiedEventSubject, eventSubject } from '../subjects.ts';
import type { StreamAbilities } from './events-stream.ts';
import { messageIdOf } from './message-id.ts';
import {
  isExpectationFailed,
  MOST_AT_ONCE,
  MOST_BYTES_AT_ONCE,
  type Outcome,
  type Publication,
  type Publisher,
} from './publisher.ts';

/** A roll's head, and a sequence of the stream: if that is still its last, the roll's head is still this. */
export interface Standing {
  readonly head: number;
  readonly lastSequence: number;
}

/** What an append asks of the log it appends to. */
export interface LogState {
  standing(roll: RollId): Promise<Standing>;
  /** The seqs at which the entries with these stream sequences stand in the roll. */
  seqsOf(roll: RollId, sequences: readonly number[]): Promise<readonly number[]>;
  /** The message ids of the roll's own entries from..to. */
  messageIds(roll: RollId, from: number, to: number): Promise<readonly (string | null)[]>;
}

type Positions = Result<readonly number[], AppendError>;

/** How often other rolls may come between before an append at an expected head gives up. */
const MOST_ATTEMPTS = 100;

export class Appender {
  readonly #publisher: Publisher;
  readonly #stream: StreamAbilities;
  readonly #log: LogState;
  /** Appends at an expected head go one after another: side by side they would only get in each other's way. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Where the last of those left its roll: saves the next one to ask. */
  #left: ({ readonly name: string } & Standing) | null = null;

  constructor(publisher: Publisher, stream: StreamAbilities, log: LogState) {
    this.#publisher = publisher;
    this.#stream = stream;
    this.#log = log;
  }

  /** Appends wherever the roll stands. At most 1,000 events or 4 MiB are on their way at a time. */
  async append(roll: RollId, events: readonly OutgoingEvent[]): Promise<Positions> {
    const publications = publicationsOf(roll, events);
    const sequences: number[] = [];
    while (sequences.length < publications.length) {
      const outcomes = await this.#publish(nextOf(publications, sequences.length), null);
      const taken = outcomes.flatMap((outcome) => (outcome.kind === 'stored' ? [outcome.sequence] : []));
      const problem = outcomes.find((outcome) => outcome.kind !== 'stored');
      if (problem !== undefined) {
        const isNothingStored = sequences.length + taken.length === 0;
        return outcomes.some((outcome) => outcome.kind === 'unknown') || !isNothingStored
          ? this.#unknown(roll, events.length, sequences.length + taken.length, problem.message)
          : this.#unavailable(roll, problem.message);
      }
      sequences.push(...taken);
    }
    return this.#positions(roll, sequences);
  }

  /**
   * Appends if the roll's head is `expectedSeq`. More than 1,000 events or 4 MiB, or several on a server without
   * batches, are several steps: each at the head the one before left, and OutcomeUnknown if another writer of this
   * roll comes between. Conflict means that none of it is in the log.
   */
  appendAt(roll: RollId, events: readonly OutgoingEvent[], expectedSeq: number): Promise<Positions> {
    const appended = this.#turn.then(() => this.#appendAt(roll, events, expectedSeq));
    this.#turn = appended.catch(() => undefined);
    return appended;
  }

  async #appendAt(roll: RollId, events: readonly OutgoingEvent[], expectedSeq: number): Promise<Positions> {
    const name = rollName(roll);
    const publications = publicationsOf(roll, events);
    const sequences: number[] = [];
    let head = expectedSeq;
    for (let attempts = 0; sequences.length < publications.length; ) {
      const left = this.#left?.name === name && this.#left.head === head ? this.#left : null;
      let standing: Standing;
      try {
        standing = left ?? (await this.#log.standing(roll));
        if (standing.head !== head) {
          return head === expectedSeq
            ? await this.#conflict(roll, publications, expectedSeq, standing.head)
            : this.#unknown(roll, events.length, sequences.length, `another writer came in at ${head + 1}`);
        }
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        return sequences.length === 0
          ? this.#unavailable(roll, reason, cause)
          : this.#unknown(roll, events.length, sequences.length, reason, cause);
      }
      this.#left = null;
      const outcomes = await this.#publish(nextOf(publications, sequences.length), standing.lastSequence);
      let lastSequence = standing.lastSequence;
      for (const outcome of outcomes) {
        if (outcome.kind !== 'stored') {
          break;
        }
        sequences.push(outcome.sequence);
        if (!outcome.isDuplicate) {
          lastSequence = outcome.sequence;
          head++;
          attempts = 0;
        }
      }
      const problem = outcomes.find((outcome) => outcome.kind !== 'stored');
      if (problem === undefined) {
        this.#left = { name, head, lastSequence };
      } else if (outcomes.some((outcome) => outcome.kind === 'unknown')) {
        return this.#unknown(roll, events.length, sequences.length, problem.message);
      } else if (problem.kind === 'rejected' && isExpectationFailed(problem.code)) {
        // Another roll moved the stream, or this one; or a repeated event broke the chain of message ids.
        attempts++;
      } else {
        attempts = MOST_ATTEMPTS;
      }
      if (attempts >= MOST_ATTEMPTS) {
        const reason = problem?.message ?? '';
        return sequences.length === 0
          ? this.#unavailable(roll, reason)
          : this.#unknown(roll, events.length, sequences.length, reason);
      }
    }
    if (head === expectedSeq + events.length) {
      return { ok: true, value: events.map((_, index) => expectedSeq + index + 1) };
    }
    return this.#positions(roll, sequences); // some were there already
  }

  async #publish(
    publications: readonly Publication[],
    lastSequence: number | null,
  ): Promise<readonly Outcome[]> {
    if (this.#stream.isAtomic && publications.length > 1) {
      const outcomes = await this.#publisher.batch(publications, lastSequence);
      const [only] = outcomes;
      if (only?.kind !== 'rejected' || isExpectationFailed(only.code) || only.code === 0) {
        return outcomes;
      }
      // A batch is refused whole where one of it is a repeat, or too many batches are open: one by one then.
    }
    return lastSequence !== null && this.#stream.isReplicated
      ? this.#publisher.inTurn(publications, lastSequence)
      : this.#publisher.each(publications, lastSequence);
  }

  /**
   * The answer where the roll stands elsewhere. If this very append is what moved it (its acknowledgement was
   * lost, and the caller tries again), it has succeeded.
   */
  async #conflict(
    roll: RollId,
    publications: readonly Publication[],
    expectedSeq: number,
    actualSeq: number,
  ): Promise<Positions> {
    if (actualSeq > expectedSeq) {
      const last = Math.min(actualSeq, expectedSeq + publications.length);
      const there = await this.#log.messageIds(roll, expectedSeq + 1, last);
      const different = publications.findIndex(({ messageId }, index) => there[index] !== messageId);
      if (different === -1) {
        return { ok: true, value: publications.map((_, index) => expectedSeq + index + 1) };
      }
      if (different > 0) {
        const reason = `an earlier attempt stands at ${expectedSeq + 1} to ${expectedSeq + different}`;
        return this.#unknown(roll, publications.length, different, reason);
      }
    }
    const message = `${rollName(roll)} stands at ${actualSeq}, not at ${expectedSeq} as expected. Nothing was appended; read on from ${expectedSeq + 1} and decide again.`;
    return { ok: false, error: { kind: 'conflict', message, expectedSeq, actualSeq } };
  }

  async #positions(roll: RollId, sequences: readonly number[]): Promise<Positions> {
    try {
      return { ok: true, value: await this.#log.seqsOf(roll, sequences) };
    } catch (cause) {
      const reason = `they are acknowledged, but their places could not be read: ${String(cause)}`;
      return this.#unknown(roll, sequences.length, sequences.length, reason, cause);
    }
  }

  #unavailable(roll: RollId, reason: string, cause?: unknown): Positions {
    const message = `nothing was appended to ${rollName(roll)}: ${reason}. Try again when the NATS server takes events.`;
    return { ok: false, error: { kind: 'unavailable', message, cause } };
  }

  #unknown(roll: RollId, all: number, known: number, reason: string, cause?: unknown): Positions {
    const message = `of ${all} events for ${rollName(roll)}, ${known} are known to be in the log and the others may be: ${reason}. Read the log, or try again with the same identities.`;
    return { ok: false, error: { kind: 'outcome-unknown', message, cause } };
  }
}

function publicationsOf(roll: RollId, events: readonly OutgoingEvent[]): readonly Publication[] {
  return events.map(({ entity, identity, bytes, publishedFor }) => ({
    subject: publishedFor === undefined ? eventSubject(roll, entity) : copiedEventSubject(roll, publishedFor),
    messageId: messageIdOf(roll, identity),
    bytes,
  }));
}

/** As many from that place on as go at once. */
function nextOf(publications: readonly Publication[], start: number): readonly Publication[] {
  let bytes = 0;
  let end = start;
  do {
    bytes += publications[end]?.bytes.byteLength ?? 0;
    end++;
  } while (
    end < publications.length &&
    end - start < MOST_AT_ONCE &&
    bytes + (publications[end]?.bytes.byteLength ?? 0) <= MOST_BYTES_AT_ONCE
  );
  return publications.slice(start, end);
}
