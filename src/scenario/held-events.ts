import { isObject, judgeEvent, type MusterEvent } from '../../events/event.ts';
import type { RollId } from '../../events/ids.ts';
import { digestOf } from '../roll/content.ts';
import { type RawEntry, Settlement } from '../roll/settlement.ts';

/** An entry of a roll's log that comes from the source in question. */
export interface HeldEvent {
  readonly seq: number;
  readonly id: string;
  /** Equal of two events that say the same, whatever their ids (DOMAIN 7.2). */
  readonly content: string;
  /** As it was logged; null of one that is malformed or of an unknown type. */
  readonly event: MusterEvent | null;
  /** Whether it is well-formed, and the first with its id: what a correction of that id is about. */
  readonly isFirst: boolean;
}

const utf8 = new TextDecoder();

/** What a roll's log holds from one source, gathered entry by entry. Of what others wrote it keeps corrections alone. */
export class HeldEvents {
  readonly #source: string;
  readonly #home: RollId;
  readonly #settlement = new Settlement();
  readonly #events: HeldEvent[] = [];
  readonly #entries = new Map<number, RawEntry>();
  readonly #ids = new Set<string>();
  #last = 0;

  /** `roll`: where the entries are from; what it inherits is there too. */
  constructor(source: string, roll: RollId) {
    this.#source = source;
    this.#home = roll;
  }

  /** In the order of the log. */
  get events(): readonly HeldEvent[] {
    return this.#events;
  }

  /** Takes the next entry of the log. */
  take({ seq, bytes }: Pick<RawEntry, 'seq' | 'bytes'>): void {
    this.#last = seq;
    const json = jsonOf(bytes);
    if (!isObject(json)) return;
    const isOwn = json['source'] === this.#source;
    if (!isOwn && targetOf(json)?.source !== this.#source) return;
    const { id, timeline } = json;
    // What is inherited may name the timeline where it is stored.
    const home = typeof timeline === 'string' ? { ...this.#home, timeline } : this.#home;
    const entry = { seq, bytes, home };
    this.#settlement.take(entry);
    if (!isOwn || typeof id !== 'string') return;

    const { event, content } = readContent(json, home);
    const isFirst = event !== null && !this.#ids.has(id);
    if (isFirst) {
      this.#ids.add(id);
      this.#entries.set(seq, entry);
    }
    this.#events.push({ seq, id, content, event, isFirst });
  }

  /** Has a correction count that is not in the log yet. */
  foresee(bytes: Uint8Array): void {
    this.#last += 1;
    this.#settlement.take({ seq: this.#last, bytes, home: this.#home });
  }

  /** What an event would say here. */
  contentOf(json: unknown): { readonly event: MusterEvent | null; readonly content: string } {
    return readContent(json, this.#home);
  }

  /** What counts of an event: as it was logged or as a correction has it; null where it is retracted. */
  standingOf({ seq, event }: HeldEvent): MusterEvent | null {
    const entry = this.#entries.get(seq);
    const recalled = entry === undefined ? null : this.#settlement.recall(entry, {});
    if (recalled === null) return event;
    return recalled.kind === 'retracted' ? null : recalled.event;
  }
}

/** The event that another one is about, where it names one. */
export function targetOf(json: Readonly<Record<string, unknown>>): { source: unknown; id: unknown } | null {
  const { data } = json;
  const target = isObject(data) ? data['target'] : null;
  return isObject(target) ? { source: target['source'], id: target['id'] } : null;
}

function readContent(json: unknown, home: Partial<RollId>) {
  const form = judgeEvent(json, home);
  if (form.ok) return { event: form.event, content: String(digestOf(form, home)) };
  const { id: _, ...rest } = isObject(json) ? json : {};
  return { event: null, content: JSON.stringify(rest) };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return null;
  }
}
