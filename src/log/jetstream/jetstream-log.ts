import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { type RollId, rollName } from '../../../events/ids.ts';
import { appendWithoutStore } from '../append-without-store.ts';
import { LatestRolls } from '../latest-rolls.ts';
import { segments } from '../lineage.ts';
import type {
  AppendError,
  BranchRefused,
  EventLog,
  LogEntry,
  NoSuchRoll,
  OutgoingEvent,
  ReadRange,
  Result,
  RollAbout,
  RollInfo,
  Unavailable,
} from '../port.ts';
import { requireIds } from '../require-ids.ts';
import { type Change, changed, closed, notedWhatIf, opened, refuseBranch, untitled } from '../roll-about.ts';
import { EVENTS_STREAM, eventsOfRoll } from '../subjects.ts';
import { Appender } from './appender.ts';
import { NatsUnreachableError } from './connect.ts';
import { ensureEventsStream, type StreamAbilities } from './events-stream.ts';
import { messages } from './messages.ts';
import { Publisher } from './publisher.ts';
import { RollDirectory } from './roll-directory.ts';
import { StoredEntries } from './stored-entries.ts';
import { StreamIndex } from './stream-index.ts';
import { requireLeader, StreamWatch } from './stream-watch.ts';
import { Timelines } from './timelines.ts';

export interface JetStreamLogOptions {
  /** Copies of the stream and bucket in a cluster, when this makes them; default 1. */
  readonly replicas?: number;
  /** Milliseconds without any acknowledgement after which an append's outcome is unknown; default 10,000. */
  readonly ackTimeoutMs?: number;
}

/** How often in a row a read tries again when the server can't be reached. */
const READ_PATIENCE = 50;

/**
 * Opens the log kept in the JetStream of a NATS server (2.9.10 or later), making its stream and bucket if they
 * are missing. The connection stays the caller's: close() leaves it open.
 * What an acknowledged append survives is the server's to say: kill -9 always, power loss with
 * `sync_interval: always` (2.10 or later) or by its replicas.
 * Throws NatsUnreachableError without JetStream, StreamUnfitError when the server or an existing stream has settings that can't do.
 */
export async function openJetStreamLog(
  connection: NatsConnection,
  options: JetStreamLogOptions = {},
): Promise<EventLog> {
  const { replicas = 1, ackTimeoutMs = 10_000 } = options;
  const manager = await jetstreamManager(connection).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NatsUnreachableError(
      `JetStream does not answer on the NATS server, and the log is kept there (${why}). Have the server run with JetStream, or name another`,
      { cause },
    );
  });
  const js = jetstream(connection);
  const stream = await ensureEventsStream(connection, manager, replicas);
  const timelines = await Timelines.open(connection, js, manager, replicas);
  return new JetStreamLog(connection, js, manager, timelines, stream, ackTimeoutMs);
}

/** What a roll is to be, by what it is (null: there is none) and whether it has entries of its own. */
type Decide<E> = (known: RollInfo | null, hasEntries: boolean) => Promise<Result<RollInfo, E>>;

class JetStreamLog implements EventLog {
  readonly #connection: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #timelines: Timelines;
  readonly #directory: RollDirectory;
  readonly #index: StreamIndex;
  readonly #entries: StoredEntries;
  readonly #appender: Appender;
  readonly #publisher: Publisher;
  readonly #watch: StreamWatch;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #newRolls = new Set<(roll: RollId) => void>();

  constructor(
    connection: NatsConnection,
    js: JetStreamClient,
    manager: JetStreamManager,
    timelines: Timelines,
    stream: StreamAbilities,
    ackTimeoutMs: number,
  ) {
    this.#connection = connection;
    this.#js = js;
    this.#directory = new RollDirectory(
      manager,
      timelines,
      (roll) => this.#index.countOf(roll),
      () => this.#index.newest,
    );
    this.#timelines = timelines;
    const ask = async () => requireLeader(await manager.streams.info(EVENTS_STREAM));
    const publisher = new Publisher(connection, ackTimeoutMs, ask);
    this.#publisher = publisher;
    this.#watch = new StreamWatch(ask, () => publisher.isConnected, this.#closing.signal);
    setMaxListeners(0, this.#closing.signal); // each read that is under way listens
    this.#index = new StreamIndex(connection, js, manager, this.#closing.signal, (roll) => {
      for (const note of this.#newRolls) {
        note(roll);
      }
    });
    this.#entries = new StoredEntries(connection, js, manager, this.#directory, this.#index);
    this.#appender = new Appender(publisher, stream, {
      standing: (roll) => this.#directory.standing(roll),
      seqsOf: (roll, sequences) => this.#seqsOf(roll, sequences),
      messageIds: (roll, from, to) => this.#messageIds(roll, from, to),
    });
  }

  async append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    options: { readonly expectedSeq?: number } = {},
  ): Promise<Result<readonly number[], AppendError>> {
    const answered = appendWithoutStore(roll, events);
    if (answered !== null) {
      return answered;
    }
    const unavailable = this.#unavailable();
    if (unavailable !== null) {
      return { ok: false, error: unavailable };
    }
    const { expectedSeq } = options;
    return this.#track(
      expectedSeq === undefined
        ? this.#appender.append(roll, events)
        : this.#appender.appendAt(roll, events, expectedSeq),
    );
  }

  async *read(roll: RollId, range: ReadRange = {}): AsyncIterable<LogEntry> {
    requireIds(roll);
    const last = Math.min(range.to ?? Number.POSITIVE_INFINITY, await this.head(roll));
    const from = Math.max(range.from ?? 1, 1);
    for (const segment of segments(await this.#directory.lineage(roll))) {
      const [first, end] = [Math.max(from, segment.from), Math.min(last, segment.to)];
      if (first <= end) {
        const cursor = await this.#entries.cursorOf(
          segment,
          first,
          first === range.from ? range.cursor : undefined,
        );
        yield* this.#entries.stored(segment, first, end, cursor, this.#closing.signal, READ_PATIENCE);
      }
    }
  }

  async *follow(
    roll: RollId,
    after: Pick<LogEntry, 'seq' | 'cursor'> | null,
    signal: AbortSignal,
  ): AsyncIterable<LogEntry> {
    requireIds(roll);
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    if (ended.aborted) {
      return;
    }
    try {
      await this.#index.join();
      yield* this.#followed(roll, after, ended);
    } finally {
      this.#index.leave();
    }
  }

  async *#followed(
    roll: RollId,
    after: Pick<LogEntry, 'seq' | 'cursor'> | null,
    ended: AbortSignal,
  ): AsyncGenerator<LogEntry> {
    await this.#becomesKnown(roll, ended);
    const from = (after?.seq ?? 0) + 1;
    for (const segment of segments(await this.#directory.lineage(roll))) {
      if (from <= segment.to) {
        const isResumed = after !== null && from > segment.from;
        const first = Math.max(from, segment.from);
        const cursor = isResumed ? after.cursor + 1 : 1;
        yield* Number.isFinite(segment.to)
          ? this.#entries.stored(segment, first, segment.to, cursor, ended, Number.POSITIVE_INFINITY)
          : this.#entries.endless(segment, first, cursor, ended);
      }
    }
  }

  head(roll: RollId): Promise<number> {
    return this.#directory.head(roll);
  }

  async open(roll: RollId, about: RollAbout): Promise<Result<RollInfo, BranchRefused | Unavailable>> {
    const { base } = about;
    return this.#describe(roll, async (known, hasEntries) => {
      const baseRoll = base && { theatre: roll.theatre, timeline: base.timeline };
      const baseHead = baseRoll && (await this.#directory.headIfKnown(baseRoll));
      const refused = refuseBranch(roll, known, base, baseHead);
      return refused === null
        ? { ok: true, value: opened(roll, about, known, hasEntries) }
        : { ok: false, error: refused };
    });
  }

  closeRoll(roll: RollId): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#change(roll, closed);
  }

  noteWhatIf(roll: RollId, isHypothetical: boolean): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#change(roll, notedWhatIf(isHypothetical));
  }

  #change(roll: RollId, change: Change): Promise<Result<RollInfo, NoSuchRoll | Unavailable>> {
    return this.#describe(roll, async (known) => changed(roll, known, change));
  }

  async #describe<E>(roll: RollId, decide: Decide<E>): Promise<Result<RollInfo, E | Unavailable>> {
    requireIds(roll);
    const unavailable = this.#unavailable();
    return unavailable === null ? this.#track(this.#write(roll, decide)) : { ok: false, error: unavailable };
  }

  /** Writes what a roll is from now on, by what it is. */
  async #write<E>(roll: RollId, decide: Decide<E>): Promise<Result<RollInfo, E | Unavailable>> {
    try {
      for (let attempt = 0; attempt < 20; attempt++) {
        const stored = await this.#timelines.get(roll);
        const hasEntries = (await this.#directory.ownCount(roll)) > 0;
        const known = stored?.info ?? (hasEntries ? untitled(roll) : null);
        const decided = await decide(known, hasEntries);
        if (!decided.ok) return decided;
        if (isDeepStrictEqual(decided.value, known)) return decided;
        if (await this.#timelines.put(decided.value, stored?.revision ?? null)) return decided;
        await delay(attempt * 5);
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `${rollName(roll)} could not be described: ${reason}. Try again when the NATS server answers.`;
      return { ok: false, error: { kind: 'unavailable', message, cause } };
    }
    const message = `${rollName(roll)} is being described by others all the time. Try again.`;
    return { ok: false, error: { kind: 'unavailable', message } };
  }

  async heads(): Promise<ReadonlyMap<string, number>> {
    const { infos } = await this.#timelines.all(this.#closing.signal);
    const heads = new Map(infos.map(({ roll, base }) => [rollName(roll), base?.seq ?? 0]));
    for (const { roll, ownCount } of await this.#directory.withEvents()) {
      const name = rollName(roll);
      heads.set(name, (heads.get(name) ?? 0) + ownCount);
    }
    return heads;
  }

  async rolls(): Promise<readonly RollInfo[]> {
    const { infos } = await this.#timelines.all(this.#closing.signal);
    const byName = new Map(
      (await this.#directory.withEvents()).map(({ roll }) => [rollName(roll), untitled(roll)]),
    );
    for (const info of infos) {
      byName.set(rollName(info.roll), info);
    }
    return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, info]) => info);
  }

  async *followRolls(signal: AbortSignal): AsyncIterable<RollInfo> {
    const stop = new AbortController();
    const ended = AbortSignal.any([signal, this.#closing.signal, stop.signal]);
    const latest = new LatestRolls();
    const noteNew = (roll: RollId) => {
      const info = untitled(roll);
      if (!latest.has(info)) {
        latest.note(info);
      }
    };
    const faults: unknown[] = [];
    try {
      // The news first, then what there is: a roll that comes between the two is in both, and none is in neither.
      this.#newRolls.add(noteNew);
      await this.#index.start();
      const { infos, next } = await this.#timelines.all(ended);
      for (const info of infos) {
        latest.note(info);
      }
      for (const { roll } of await this.#directory.withEvents()) {
        noteNew(roll);
      }
      const described = async () => {
        for await (const info of this.#timelines.follow(next, ended)) {
          latest.note(info);
        }
      };
      void described().catch((cause: unknown) => {
        faults.push(cause);
        stop.abort();
      });
      yield* latest.follow(ended);
    } finally {
      this.#newRolls.delete(noteNew);
      stop.abort();
    }
    for (const cause of faults) {
      throw new Error('the descriptions of rolls can be followed no longer', { cause });
    }
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      await Promise.allSettled(this.#underWay);
      this.#closing.abort();
      this.#publisher.close();
    }
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  outage(): string | null {
    if (this.#closing.signal.aborted) return 'the log is closed';
    const server = this.#connection.getServer();
    const name = `the NATS server${server ? ` ${server}` : ''}`;
    if (!this.#publisher.isConnected) return `there is no connection to ${name}`;
    const trouble = this.#watch.trouble ?? this.#publisher.silence;
    return trouble === null ? null : `${name} takes nothing: ${trouble}`;
  }

  #unavailable(): Unavailable | null {
    const outage = this.outage();
    if (outage === null) return null;
    const remedy = this.#closing.signal.aborted ? 'open it again' : 'start it or wait for it, then try again';
    return { kind: 'unavailable', message: `${outage}. Nothing was written; ${remedy}.` };
  }

  /** Waits for a roll that nobody opened or wrote to: as a branch it would have its base's entries first. */
  async #becomesKnown(roll: RollId, ended: AbortSignal): Promise<void> {
    if (await this.#directory.isKnown(roll)) {
      return;
    }
    for await (const info of this.followRolls(ended)) {
      if (rollName(info.roll) === rollName(roll)) {
        return;
      }
    }
  }

  async #seqsOf(roll: RollId, sequences: readonly number[]): Promise<readonly number[]> {
    const offset = (await this.#directory.base(roll))?.seq ?? 0;
    const places = await this.#index.placesOf(roll, sequences);
    return places.map((place) => offset + place + 1);
  }

  /** The message ids of the roll's own entries `from`..`to`; those that were given none are null. */
  async #messageIds(roll: RollId, from: number, to: number): Promise<readonly (string | null)[]> {
    const ids: (string | null)[] = [];
    const offset = (await this.#directory.base(roll))?.seq ?? 0;
    const ended = this.#closing.signal;
    const sequence = await this.#index.sequenceAt(roll, from - offset - 1);
    const range = {
      stream: EVENTS_STREAM,
      filter: eventsOfRoll(roll),
      from: sequence,
      headersOnly: true,
      patience: READ_PATIENCE,
    };
    for await (const message of messages(this.#connection, this.#js, range, ended)) {
      ids.push(message.headers?.get('Nats-Msg-Id') || null);
      if (ids.length > to - from) {
        break;
      }
    }
    return ids;
  }
}
