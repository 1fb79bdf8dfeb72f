import type { RollDistribution } from '../readmodels/roll-document.ts';
import type { TransitionDocument } from '../readmodels/transition-document.ts';
import type { Refusal } from '../roll/outcome.ts';

/** Updates kept for a feed. */
export const KEPT = 2_000;
const FLUSH_MS = 80;
const RETRY_MS = 3_000;
/** A tab asks again far more often, but for one that the browser put to sleep. */
const SILENT_MS = 180_000;

export type FeedItem =
  | { readonly kind: 'transition'; readonly seq: number; readonly transition: TransitionDocument }
  | { readonly kind: 'refusal'; readonly seq: number; readonly refusal: Refusal };

/** What a tab asks for, again and again: the updates of a roll after an entry; null: of none any more. */
export interface Watch {
  readonly roll: string | null;
  readonly after: number;
  readonly isShown: boolean;
}

/** What a tab is told, at each change and whenever it asks. */
export interface Told {
  readonly connection: 'connecting' | 'live' | 'lost';
  /** The rolls that have a turn each, where they are too many for a stream each; else null. */
  readonly turns: number | null;
  readonly distribution: RollDistribution | null;
  /** The oldest first; some may have been told before. */
  readonly items: readonly FeedItem[];
}

interface Watcher {
  readonly isShown: boolean;
  readonly heardAt: number;
}

/** The stream of one roll for all the tabs that show it; goes on where it was when the connection is lost. */
export class RollStream {
  readonly #name: string;
  readonly #watchers = new Map<MessagePort, Watcher>();
  /** The entry after which all is kept, or all that a feed keeps. */
  #start: number;
  #seen: number;
  #kept: FeedItem[] = [];
  #arrived: FeedItem[] = [];
  #distribution: RollDistribution | null = null;
  #connection: Told['connection'] = 'connecting';
  #turns: number | null = null;
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #flush: ReturnType<typeof setTimeout> | undefined;

  /** `name`: such as `ukraine/record`. */
  constructor(name: string, after: number) {
    this.#name = name;
    this.#start = after;
    this.#seen = after;
  }

  get isOpen(): boolean {
    return this.#source !== null || this.#retry !== undefined;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  get isShown(): boolean {
    return [...this.#watchers.values()].some(({ isShown }) => isShown);
  }

  /** Tells a tab what it has not been told, from now on all of it. */
  join(port: MessagePort, { after, isShown }: Watch): void {
    const isNew = !this.#watchers.has(port);
    if (isNew && after < this.#start) this.#beginAt(after);
    this.#watchers.set(port, { isShown, heardAt: Date.now() });
    this.#tell([port], isNew ? this.#kept.filter(({ seq }) => seq > after) : []);
  }

  leave(port: MessagePort): void {
    this.#watchers.delete(port);
  }

  /** Forgets the tabs that went without a word. */
  forgetSilent(): void {
    const earliest = Date.now() - SILENT_MS;
    for (const [port, { heardAt }] of this.#watchers) if (heardAt < earliest) this.leave(port);
  }

  /** How many rolls take turns; null: each has a stream. */
  setTurns(turns: number | null): void {
    if (turns === this.#turns) return;
    this.#turns = turns;
    this.#put();
  }

  open(): void {
    this.#retry = undefined;
    const source = new EventSource(`/api/rolls/${this.#name}/stream?after=${this.#seen}`);
    this.#source = source;
    source.addEventListener('open', () => this.#become('live'));
    source.addEventListener('distribution', ({ data }) => {
      this.#distribution = JSON.parse(data);
      this.#putLater();
    });
    source.addEventListener('transition', ({ data }) => {
      const transition: TransitionDocument = JSON.parse(data);
      this.#take({ kind: 'transition', seq: transition.seq, transition });
    });
    source.addEventListener('refusal', ({ data }) => {
      const refusal: Refusal = JSON.parse(data);
      this.#take({ kind: 'refusal', seq: refusal.seq, refusal });
    });
    source.addEventListener('error', () => {
      this.#become('lost');
      // After an answer that is no stream the browser gives up: then we go on trying.
      if (source.readyState === EventSource.CLOSED) this.#retry = setTimeout(() => this.open(), RETRY_MS);
    });
  }

  /** Lets the connection go; `open` goes on after what has come. */
  close(): void {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#put();
  }

  /** Begins anew for a tab that wants more than was kept; the others know what they have. */
  #beginAt(after: number): void {
    const wasOpen = this.isOpen;
    this.close();
    this.#start = after;
    this.#seen = after;
    this.#kept = [];
    if (wasOpen) this.open();
  }

  #become(connection: Told['connection']): void {
    this.#put();
    this.#connection = connection;
    this.#tell(this.#watchers.keys(), []);
  }

  #take(item: FeedItem): void {
    if (item.seq <= this.#seen) return;
    this.#seen = item.seq;
    this.#arrived.push(item);
    this.#putLater();
  }

  #putLater(): void {
    this.#flush ??= setTimeout(() => this.#put(), FLUSH_MS);
  }

  #put(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    const items = this.#arrived;
    this.#arrived = [];
    this.#kept = [...this.#kept, ...items].slice(-KEPT);
    this.#tell(this.#watchers.keys(), items);
  }

  #tell(ports: Iterable<MessagePort>, items: readonly FeedItem[]): void {
    const told: Told = {
      connection: this.#connection,
      turns: this.#turns,
      distribution: this.#distribution,
      items,
    };
    for (const port of ports) port.postMessage(told);
  }
}
