import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { millis, type NatsConnection } from 'nats';
import { rollName } from '../../../events/ids.ts';
import type { Segment } from '../lineage.ts';
import type { LogEntry } from '../port.ts';
import { EVENTS_STREAM, eventsOfRoll, publishedForOf, rollOfSubject } from '../subjects.ts';
import { eventBytes } from './event-bytes.ts';
import { messages } from './messages.ts';
import type { RollDirectory } from './roll-directory.ts';
import type { StreamIndex } from './stream-index.ts';

/** Entries that are asked for one by one, at most. */
const FEW = 32;

/** Reads what the stream has of a roll's segments: what is stored, and what comes. */
export class StoredEntries {
  readonly #connection: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #directory: RollDirectory;
  readonly #index: StreamIndex;

  constructor(
    connection: NatsConnection,
    js: JetStreamClient,
    manager: JetStreamManager,
    directory: RollDirectory,
    index: StreamIndex,
  ) {
    this.#connection = connection;
    this.#js = js;
    this.#manager = manager;
    this.#directory = directory;
    this.#index = index;
  }

  /** The sequence at or before an entry of a segment from which to read on; `told` is what the caller takes it for. */
  async cursorOf({ roll, from }: Segment, seq: number, told: number | undefined): Promise<number> {
    if (seq === from) return 1;
    if (told !== undefined) {
      const message = await this.#manager.direct.getMessage(EVENTS_STREAM, { seq: told });
      const at = message && rollOfSubject(message.subject);
      if (at && rollName(at) === rollName(roll)) return told;
    }
    return this.#index.sequenceAt(roll, seq - from);
  }

  /**
   * Entries stored as the roll's own, from one at or after that cursor, which has the seq `first`, without end:
   * what is there is read, what comes is brought by the consumer that all followers share.
   */
  async *endless(
    segment: Segment,
    first: number,
    from: number,
    ended: AbortSignal,
  ): AsyncGenerator<LogEntry, void, undefined> {
    const { roll, offset } = segment;
    let [seq, cursor] = [first, from];
    const live = this.#index.live.join(rollName(roll));
    try {
      await this.#index.start();
      while (!ended.aborted) {
        // Counted after we joined: what is not counted yet is brought. Again for a reader who fell behind.
        const last = offset + (await this.#directory.ownCount(roll));
        if (seq <= last) {
          for await (const entry of this.stored(
            segment,
            seq,
            last,
            cursor,
            ended,
            Number.POSITIVE_INFINITY,
          )) {
            yield entry;
            [seq, cursor] = [entry.seq + 1, entry.cursor + 1];
          }
        }
        for await (const entry of live.after(cursor - 1, ended)) {
          yield { seq, ...entry };
          [seq, cursor] = [seq + 1, entry.cursor + 1];
        }
      }
    } finally {
      live.leave();
    }
  }

  /**
   * Entries stored as the roll's own, from one at or after that cursor, which has the seq `first`, to `last`. A few
   * whose places in the stream are known are asked for one by one, which costs less than a consumer. `patience`: how
   * often in a row it tries again when the server can't be reached; then it throws.
   */
  async *stored(
    { roll, offset }: Segment,
    first: number,
    last: number,
    cursor: number,
    ended: AbortSignal,
    patience: number,
  ): AsyncGenerator<LogEntry, void, undefined> {
    const isFew = last - first < FEW;
    const sequences = isFew ? this.#index.sequencesOf(roll, first - offset - 1, last - offset - 1) : null;
    let [seq, from] = [first, cursor];
    for (const sequence of sequences ?? []) {
      const message = await this.#manager.direct.getMessage(EVENTS_STREAM, { seq: sequence });
      if (ended.aborted) {
        return;
      }
      if (message === null) {
        break; // asked of a copy that does not have it yet
      }
      yield {
        seq,
        recordedTime: recordedTimeOf(message.timestamp),
        bytes: eventBytes({ data: message.data, headers: message.header }),
        cursor: sequence,
        publishedFor: publishedForOf(message.subject),
      };
      [seq, from] = [seq + 1, sequence + 1];
    }
    if (seq > last) {
      return;
    }
    const range = { stream: EVENTS_STREAM, filter: eventsOfRoll(roll), from, patience };
    for await (const message of messages(this.#connection, this.#js, range, ended)) {
      const { timestamp, seq: place, subject } = message;
      const bytes = eventBytes(message);
      yield { seq, recordedTime: timestamp, bytes, cursor: place, publishedFor: publishedForOf(subject) };
      if (seq === last) {
        return;
      }
      seq++;
    }
  }
}

/**
 * A stored message's time as a consumer gives it, to the millisecond: there its nanoseconds go through a double, so
 * that a few just before a millisecond come out as that one.
 */
function recordedTimeOf(timestamp: string): string {
  const [seconds, fraction = ''] = timestamp.replace('Z', '').split('.');
  const nanos = BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return new Date(millis(Number(nanos))).toISOString();
}
