import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { type RollId, rollName } from '../../../events/ids.ts';
import { ALL_EVENTS, EVENTS_STREAM, eventsOfRoll, publishedForOf, rollOfSubject } from '../subjects.ts';
import { eventBytes } from './event-bytes.ts';
import { LiveEntries } from './live-entries.ts';
import { messages } from './messages.ts';
import { SequenceList } from './sequence-list.ts';

/** Milliseconds to wait for a message that is known to be in the stream. */
const WAIT_MS = 30_000;

/** From so many followers on, the whole stream may be indexed at once. */
const MANY_FOLLOWERS = 64;
/** And only if it has no more entries for each follower: else most of them would be read for nothing. */
const MOST_PER_FOLLOWER = 1_000;

interface Waiter {
  readonly sequence: number;
  readonly resolve: () => void;
}

/**
 * Which places the entries of a roll have in the stream. From its start on, one consumer notes every roll's, and
 * hands what it brings to `live`; what was there before is noted for a roll when it is first asked for.
 */
export class StreamIndex {
  /** What came since the start, for those who follow. */
  readonly live = new LiveEntries();
  readonly #connection: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #ended: AbortSignal;
  /** Called with each roll when its first event after the start is noted. */
  readonly #onRoll: (roll: RollId) => void;
  readonly #recent = new Map<string, SequenceList>();
  readonly #past = new Map<string, Promise<SequenceList>>();
  readonly #waiters = new Set<Waiter>();
  #started: Promise<number> | null = null;
  #followers = 0;
  #indexing: Promise<ReadonlyMap<string, SequenceList>> | null = null;
  /** What was there before the start, of every roll; null as long as rolls are noted one by one. */
  #allPast: ReadonlyMap<string, SequenceList> | null = null;
  #noted = 0;
  #fault: unknown = null;

  constructor(
    connection: NatsConnection,
    js: JetStreamClient,
    manager: JetStreamManager,
    ended: AbortSignal,
    onRoll: (roll: RollId) => void,
  ) {
    this.#connection = connection;
    this.#js = js;
    this.#manager = manager;
    this.#ended = ended;
    this.#onRoll = onRoll;
    ended.addEventListener('abort', () => this.#wake(Number.POSITIVE_INFINITY));
  }

  /** The last sequence that is known to be in the stream; 0 before the start. */
  get newest(): number {
    return this.#noted;
  }

  /** Begins to note what comes, if it has not; resolves to the last sequence that came before. */
  start(): Promise<number> {
    this.#started ??= this.#begin().catch((error: unknown) => {
      this.#started = null;
      throw error;
    });
    return this.#started;
  }

  /**
   * Takes note of one more follower. With many of them, each of a short roll, what was there before is noted for all
   * in one reading: an old server (2.9) looks through all subjects for each request about one roll.
   */
  async join(): Promise<void> {
    this.#followers++;
    if (this.#indexing === null && this.#followers >= MANY_FOLLOWERS) {
      const { state } = await this.#manager.streams.info(EVENTS_STREAM);
      if (state.messages > this.#followers * MOST_PER_FOLLOWER) return;
      this.#indexing ??= this.#readAllPast().catch((error: unknown) => {
        this.#indexing = null;
        throw error;
      });
    }
    if (this.#indexing !== null) this.#allPast = await this.#indexing;
  }

  leave(): void {
    this.#followers--;
  }

  /** How many entries are the roll's own by now; null if that would have to be read. */
  async countOf(roll: RollId): Promise<number | null> {
    const all = this.#allPast;
    if (all === null) return null;
    const { state } = await this.#manager.streams.info(EVENTS_STREAM);
    await this.#reach(state.last_seq);
    const name = rollName(roll);
    return (all.get(name)?.length ?? 0) + (this.#recent.get(name)?.length ?? 0);
  }

  /** The stream sequences of the roll's own entries from..to, by place from 0; null if they would have to be read. */
  sequencesOf(roll: RollId, from: number, to: number): readonly number[] | null {
    if (this.#allPast === null) return null;
    const name = rollName(roll);
    const [past, recent] = [this.#allPast.get(name), this.#recent.get(name)];
    const sequences: number[] = [];
    for (let place = from; place <= to; place++) {
      const sequence = past?.at(place) ?? recent?.at(place - (past?.length ?? 0));
      if (sequence === undefined) return null;
      sequences.push(sequence);
    }
    return sequences;
  }

  /** The place among the roll's own entries, from 0, of each stream sequence; waits until they are noted. */
  async placesOf(roll: RollId, sequences: readonly number[]): Promise<readonly number[]> {
    const start = await this.start();
    await this.#reach(sequences.reduce((newest, sequence) => Math.max(newest, sequence), 0));
    const past = await this.#pastOf(roll);
    const recent = this.#recent.get(rollName(roll));
    return sequences.map((sequence) => {
      const place = sequence <= start ? past.placeOf(sequence) : (recent?.placeOf(sequence) ?? -1);
      if (place < 0) {
        throw new Error(`message ${sequence} of ${EVENTS_STREAM} is no event of ${rollName(roll)}`);
      }
      return sequence <= start ? place : past.length + place;
    });
  }

  /** The stream sequence of a roll's own entry, by its place from 0; the entry must be in the stream. */
  async sequenceAt(roll: RollId, place: number): Promise<number> {
    await this.start();
    const past = await this.#pastOf(roll);
    for (;;) {
      const sequence = past.at(place) ?? this.#recent.get(rollName(roll))?.at(place - past.length);
      if (sequence !== undefined) {
        return sequence;
      }
      await this.#reach(this.#noted + 1);
    }
  }

  async #begin(): Promise<number> {
    const { state } = await this.#manager.streams.info(EVENTS_STREAM);
    this.#noted = state.last_seq;
    void this.#note(state.last_seq + 1).catch((error: unknown) => {
      this.#fault = error;
      this.live.fail(error);
      this.#wake(Number.POSITIVE_INFINITY);
    });
    return state.last_seq;
  }

  async #note(from: number): Promise<void> {
    const everything = {
      stream: EVENTS_STREAM,
      filter: ALL_EVENTS,
      from,
      patience: Infinity,
    };
    for await (const message of messages(this.#connection, this.#js, everything, this.#ended)) {
      const roll = rollOfSubject(message.subject);
      if (roll !== null) {
        const name = rollName(roll);
        let list = this.#recent.get(name);
        if (list === undefined) {
          list = new SequenceList();
          this.#recent.set(name, list);
          this.#onRoll(roll);
        }
        list.push(message.seq);
        const traceparent = message.headers?.get('traceparent');
        this.live.put(name, {
          cursor: message.seq,
          recordedTime: message.timestamp,
          bytes: eventBytes(message),
          publishedFor: publishedForOf(message.subject),
          ...(traceparent && { traceparent }),
        });
      }
      this.#noted = message.seq;
      this.#wake(message.seq);
    }
  }

  #pastOf(roll: RollId): Promise<SequenceList> {
    const name = rollName(roll);
    if (this.#allPast !== null) {
      return Promise.resolve(this.#allPast.get(name) ?? new SequenceList());
    }
    let past = this.#past.get(name);
    if (past === undefined) {
      past = this.#readPast(roll);
      past.catch(() => this.#past.delete(name));
      this.#past.set(name, past);
    }
    return past;
  }

  async #readAllPast(): Promise<ReadonlyMap<string, SequenceList>> {
    const start = await this.start();
    const all = new Map<string, SequenceList>();
    if (start === 0) {
      return all;
    }
    const history = { stream: EVENTS_STREAM, filter: ALL_EVENTS, from: 1, headersOnly: true, patience: 50 };
    for await (const message of messages(this.#connection, this.#js, history, this.#ended)) {
      const roll = message.seq <= start ? rollOfSubject(message.subject) : null;
      if (roll !== null) {
        const name = rollName(roll);
        const list = all.get(name) ?? new SequenceList();
        all.set(name, list);
        list.push(message.seq);
      }
      if (message.seq >= start) {
        return all;
      }
    }
    throw new Error('the log is closed');
  }

  async #readPast(roll: RollId): Promise<SequenceList> {
    const start = await this.start();
    const past = new SequenceList();
    const filter = eventsOfRoll(roll);
    const { state } = await this.#manager.streams.info(EVENTS_STREAM, { subjects_filter: filter });
    let left = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    if (left === 0) {
      return past;
    }
    const history = { stream: EVENTS_STREAM, filter, from: 1, headersOnly: true, patience: 50 };
    for await (const message of messages(this.#connection, this.#js, history, this.#ended)) {
      left--;
      if (message.seq <= start) {
        past.push(message.seq);
      }
      if (message.seq >= start || left === 0) {
        return past;
      }
    }
    throw new Error('the log is closed');
  }

  /** Waits until the entry at a stream sequence, or a later one, is noted. */
  async #reach(sequence: number): Promise<void> {
    while (this.#noted < sequence) {
      if (this.#ended.aborted) {
        throw new Error('the log is closed');
      }
      if (this.#fault !== null) {
        throw new Error(`${EVENTS_STREAM} is followed no longer`, { cause: this.#fault });
      }
      await new Promise<void>((resolve, reject) => {
        const settle = (error?: Error) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          return error === undefined ? resolve() : reject(error);
        };
        const waiter = { sequence, resolve: () => settle() };
        const late = () =>
          settle(new Error(`the server did not give message ${sequence} within ${WAIT_MS} ms`));
        const timer = setTimeout(late, WAIT_MS);
        this.#waiters.add(waiter);
      });
    }
  }

  #wake(sequence: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.sequence <= sequence) {
        waiter.resolve();
      }
    }
  }
}
