import { type RollId, rollName } from '../../events/ids.ts';
import { appendWithoutStore } from '../../src/log/append-without-store.ts';
import type { AppendError, EventLog, LogEntry, OutgoingEvent, Result, RollInfo } from '../../src/log/port.ts';
import { feed } from './feed.ts';
import { CutOff, NoAnswer, type Wire } from './host.ts';

export interface StoredEntry extends LogEntry {
  readonly identity: string;
  readonly storedAtMs: number;
}

type Append = Result<readonly number[], AppendError>;

/** What a simulated log keeps, for all who use it. */
export class LogStore {
  readonly #rolls = new Map<string, { readonly info: RollInfo; readonly entries: StoredEntry[] }>();
  readonly #watchers = new Set<(name: string, info: RollInfo, entry: StoredEntry) => void>();
  readonly #now: () => number;
  /** Whether a repeated identity is dropped. */
  readonly #dropsRepeats: boolean;

  constructor(now: () => number, dropsRepeats: boolean) {
    this.#now = now;
    this.#dropsRepeats = dropsRepeats;
  }

  entries(roll: RollId): readonly StoredEntry[] {
    return this.#rolls.get(rollName(roll))?.entries ?? [];
  }

  infos(): readonly RollInfo[] {
    return [...this.#rolls].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { info }]) => info);
  }

  append(roll: RollId, events: readonly OutgoingEvent[], expectedSeq: number | undefined): Append {
    const entries = this.entries(roll);
    const known = events.map(({ identity }) => this.#placeOf(roll, identity));
    if (known.every((place) => place !== undefined)) return { ok: true, value: known };
    if (expectedSeq !== undefined && expectedSeq !== entries.length) {
      const message = `the roll is at ${entries.length}, not ${expectedSeq}`;
      return { ok: false, error: { kind: 'conflict', message, expectedSeq, actualSeq: entries.length } };
    }
    return { ok: true, value: events.map((event) => this.#store(roll, event)) };
  }

  watch(tell: (name: string, info: RollInfo, entry: StoredEntry) => void): () => void {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }

  #placeOf(roll: RollId, identity: string): number | undefined {
    if (!this.#dropsRepeats) return undefined;
    return this.entries(roll).find((entry) => entry.identity === identity)?.seq;
  }

  #store(roll: RollId, { identity, bytes }: OutgoingEvent): number {
    const there = this.#placeOf(roll, identity);
    if (there !== undefined) return there;
    const name = rollName(roll);
    const about = { title: roll.timeline, basis: null, base: null };
    const kept = this.#rolls.get(name) ?? { info: { roll, ...about }, entries: [] };
    this.#rolls.set(name, kept);
    const seq = kept.entries.length + 1;
    const recordedTime = new Date(this.#now()).toISOString();
    const entry = { seq, cursor: seq, recordedTime, bytes, identity, storedAtMs: this.#now() };
    kept.entries.push(entry);
    for (const tell of this.#watchers) tell(name, kept.info, entry);
    return seq;
  }
}

/** The log as one process has it. */
export class SimulatedLog implements EventLog {
  readonly #store: LogStore;
  readonly #wire: Wire;
  /** Whether events that are appended together are in the log whole or not at all. */
  readonly #isAtomic: boolean;

  constructor(store: LogStore, wire: Wire, isAtomic: boolean) {
    this.#store = store;
    this.#wire = wire;
    this.#isAtomic = isAtomic;
  }

  async append(
    roll: RollId,
    events: readonly OutgoingEvent[],
    { expectedSeq }: { readonly expectedSeq?: number } = {},
  ): Promise<Append> {
    const answered = appendWithoutStore(roll, events);
    if (answered !== null) return answered;
    if (this.#isAtomic) return this.#send(roll, events, expectedSeq);
    const places: number[] = [];
    for (const [index, event] of events.entries()) {
      const expected = expectedSeq === undefined ? undefined : expectedSeq + index;
      const one = await this.#send(roll, [event], expected);
      if (one.ok) places.push(...one.value);
      else if (index === 0) return one;
      else return { ok: false, error: { kind: 'outcome-unknown', message: 'a beginning is there' } };
    }
    return { ok: true, value: places };
  }

  async #send(roll: RollId, events: readonly OutgoingEvent[], expectedSeq?: number): Promise<Append> {
    try {
      return await this.#wire.call(() => this.#store.append(roll, events, expectedSeq));
    } catch (error) {
      if (error instanceof CutOff)
        return { ok: false, error: { kind: 'unavailable', message: error.message } };
      if (error instanceof NoAnswer)
        return { ok: false, error: { kind: 'outcome-unknown', message: error.message } };
      throw error;
    }
  }

  async *read(
    roll: RollId,
    { from = 1, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number } = {},
  ): AsyncGenerator<LogEntry> {
    yield* await this.#wire.call(() =>
      this.#store.entries(roll).filter(({ seq }) => from <= seq && seq <= to),
    );
  }

  follow(
    roll: RollId,
    after: Pick<LogEntry, 'seq' | 'cursor'> | null,
    signal: AbortSignal,
  ): AsyncGenerator<LogEntry> {
    const watch = (tell: (entry: LogEntry) => void) => {
      for (const entry of this.#store.entries(roll)) if (entry.seq > (after?.seq ?? 0)) tell(entry);
      return this.#store.watch((name, _, entry) => {
        if (name === rollName(roll)) tell(entry);
      });
    };
    return feed(this.#wire, watch, signal);
  }

  head(roll: RollId): Promise<number> {
    return this.#wire.call(() => this.#store.entries(roll).length);
  }

  async heads(): Promise<ReadonlyMap<string, number>> {
    const infos = await this.rolls();
    return new Map(infos.map(({ roll }) => [rollName(roll), this.#store.entries(roll).length]));
  }

  open(): never {
    throw new Error('the simulation opens no rolls');
  }

  closeRoll(): never {
    throw new Error('the simulation closes no rolls');
  }

  noteWhatIf(): never {
    throw new Error('the simulation has no what-ifs');
  }

  rolls(): Promise<readonly RollInfo[]> {
    return this.#wire.call(() => this.#store.infos());
  }

  followRolls(signal: AbortSignal): AsyncGenerator<RollInfo> {
    const watch = (tell: (info: RollInfo) => void) => {
      this.#store.infos().forEach(tell);
      return this.#store.watch((_, info, { seq }) => {
        if (seq === 1) tell(info);
      });
    };
    return feed(this.#wire, watch, signal);
  }

  outage(): string | null {
    return this.#wire.isCut ? 'the wire is cut' : null;
  }

  async close(): Promise<void> {}
}
