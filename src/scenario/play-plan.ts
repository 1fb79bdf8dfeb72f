import { catalogueEntry } from '../../events/catalogue.ts';
import { isObject, type MusterEvent } from '../../events/event.ts';
import { type CompiledEvent, identityOf, idOfPlace } from './compile.ts';
import { type Difference, differences } from './differences.ts';
import type { Expectation } from './format.ts';
import { type HeldEvent, type HeldEvents, targetOf } from './held-events.ts';

/** An event that the log holds in other words: it is not sent. */
export interface Differing {
  readonly event: CompiledEvent;
  readonly held: HeldEvent;
  readonly isRetracted: boolean;
  readonly differences: readonly Difference[];
}

/** An event of a script, and the id by which the log knows it. */
export interface Renamed {
  readonly event: CompiledEvent;
  readonly id: string;
}

/** What is to be done for a log to hold what a script says, and what only its author can do. */
export interface PlayPlan {
  /** What the log lacks, in the script's order, with the ids that are sent. */
  readonly missing: readonly CompiledEvent[];
  /** How many events of the script it holds. */
  readonly held: number;
  /** How many the roll refused when the script was played before: they are not sent again. */
  readonly refused: number;
  readonly differing: readonly Differing[];
  /** Not sent: each may be new, or the event of that id in the log, edited. */
  readonly unclear: readonly Renamed[];
  /** Sent under another id than that of its place, of which the log has another event. */
  readonly issued: readonly Renamed[];
  /** Held under another id than the script gives. */
  readonly heldAs: readonly Renamed[];
  /** What the log holds under ids made of places and the script does not say any more. */
  readonly left: readonly HeldEvent[];
  /** How many of those that are missing stand in the script before one that the log holds. */
  readonly late: number;
}

/** Of events that are not in the log, which ones the roll refused before; `held`: the places of those that are. */
export type RefusedBefore = (
  open: readonly CompiledEvent[],
  held: ReadonlySet<number>,
) => ReadonlySet<CompiledEvent>;

/** An event of a script on its way to be found in a log. */
interface Candidate {
  readonly compiled: CompiledEvent;
  readonly id: string;
  readonly content: string;
  readonly event: MusterEvent | null;
}

type Likeness = (of: Pick<Candidate, 'id' | 'content' | 'event'>) => string | null;

/**
 * Finds a script's events in what a log holds. An event with an id of its own is the one with that id. An id made of a
 * place says nothing once the script has changed, so there the content decides: what says the very same is the same
 * event, whatever its number. Of the rest, what resembles an event that is left over in the log is that one, edited;
 * what does not is missing. No event of the log is taken for two of the script.
 */
export function planPlay(
  scenario: string,
  events: readonly CompiledEvent[],
  log: HeldEvents,
  refusedBefore: RefusedBefore,
): PlayPlan {
  if (log.events.length === 0) {
    const nothing = { differing: [], unclear: [], issued: [], heldAs: [], left: [] };
    return { missing: events, held: 0, refused: 0, late: 0, ...nothing };
  }
  const search = new Search(scenario, events, log);
  const open = search.findAll();
  const refused = refusedBefore(open, search.held);
  const { missing, issued } = search.issue(open.filter((event) => !refused.has(event)));
  for (const { type, bytes } of missing) {
    if (catalogueEntry(type)?.scope === 'correction') log.foresee(bytes);
  }
  const { differing, held } = search.compare();
  const lastHeld = [...search.held].reduce((last, index) => Math.max(last, index), -1);
  return {
    missing,
    held,
    refused: refused.size,
    differing,
    unclear: search.unclear,
    issued,
    heldAs: search.heldAs,
    left: search.left(),
    late: missing.filter(({ index }) => index < lastHeld).length,
  };
}

/** What an edited event has kept, the surest sign first. */
const LIKENESSES: readonly Likeness[] = [
  ({ event }) => event && JSON.stringify([event.type, event.subject, event.timeMs, event.data]),
  ({ event }) => event && JSON.stringify([event.type, event.subject, event.timeMs]),
  ({ event }) => event && JSON.stringify([event.type, event.subject, event.data]),
  ({ event, id }) => event && JSON.stringify([event.scope === 'correction', id]),
  ({ event }) => event && JSON.stringify([event.type, event.subject]),
];

/** Each tells an event of a type and subject from most others. */
function signsOf({ event }: Pick<Candidate, 'event'>): string[] {
  if (event === null) return [];
  const { type, subject, timeMs, data } = event;
  return [timeMs, data].map((sign) => JSON.stringify([type, subject, sign]));
}

class Search {
  readonly #scenario: string;
  readonly #events: readonly CompiledEvent[];
  readonly #log: HeldEvents;
  readonly #byId: ReadonlyMap<string, readonly HeldEvent[]>;
  readonly #claimed = new Set<HeldEvent>();
  readonly #edited: { readonly candidate: Candidate; readonly held: HeldEvent }[] = [];
  /** By the id in the script: the event, and its id in the log, where that is another. */
  readonly #renamed = new Map<string, Renamed>();
  /** The places in the script of what the log holds, in whatever words. */
  readonly held = new Set<number>();
  readonly heldAs: Renamed[] = [];
  readonly unclear: Renamed[] = [];

  constructor(scenario: string, events: readonly CompiledEvent[], log: HeldEvents) {
    this.#scenario = scenario;
    this.#events = events;
    this.#log = log;
    this.#byId = grouped(log.events, ({ id }) => id);
  }

  /** Finds what the log holds; returns what it does not. An event comes after the one that it is about, whose id it names. */
  findAll(): CompiledEvent[] {
    const rank = (event: CompiledEvent): number => {
      if (catalogueEntry(event.type)?.scope === 'correction') return 2;
      return targetOf(jsonOf(event)) === null ? 0 : 1;
    };
    const ranked = grouped(this.#events, rank);
    return [0, 1, 2].flatMap((each) => this.#find(ranked.get(each) ?? [])).sort((a, b) => a.index - b.index);
  }

  /** Gives those that are sent an id that the log does not have, and has them name what they are about by its id there. */
  issue(missing: readonly CompiledEvent[]): { missing: CompiledEvent[]; issued: Renamed[] } {
    const taken = new Set([...this.#byId.keys(), ...missing.map(({ id }) => id)]);
    const issued: Renamed[] = [];
    let place = 0;
    for (const event of missing) {
      if (event.isIdGiven || !this.#byId.has(event.id)) continue;
      place = Math.max(place, event.index);
      while (taken.has(idOfPlace(this.#scenario, place))) place += 1;
      const id = idOfPlace(this.#scenario, place);
      taken.add(id);
      this.#renamed.set(event.id, { event, id });
      issued.push({ event, id });
    }
    return { missing: missing.map((event) => this.#asSent(event)), issued };
  }

  /** What the log holds in other words, and how much it holds as the script says it. */
  compare(): { differing: Differing[]; held: number } {
    const differing: Differing[] = [];
    for (const { candidate, held } of this.#edited) {
      if (held.event === null || candidate.event === null) continue;
      const standing = this.#log.standingOf(held);
      const found = differences(held.event, standing ?? held.event, candidate.event);
      if (found.length === 0) continue;
      differing.push({ event: candidate.compiled, held, isRetracted: standing === null, differences: found });
    }
    differing.sort((a, b) => a.event.index - b.event.index);
    return { differing, held: this.held.size - differing.length };
  }

  /** What is in the log under an id made of a place and counts, and is no event of the script. */
  left(): HeldEvent[] {
    const isMade = new RegExp(`^${this.#scenario}-\\d{3,}$`);
    return this.#log.events.filter(
      (held) =>
        held.isFirst &&
        !this.#claimed.has(held) &&
        isMade.test(held.id) &&
        this.#log.standingOf(held) !== null,
    );
  }

  #find(events: readonly CompiledEvent[]): CompiledEvent[] {
    const candidates = events.map((event): Candidate => {
      const json = jsonOf(this.#asSent(event));
      return { compiled: event, id: event.id, ...this.#log.contentOf(json) };
    });
    const unknown = candidates.filter((candidate) => !this.#isFoundById(candidate));
    const changed = this.#pair(unknown, this.#log.events, [({ content }) => content], (candidate, held) => {
      this.#hold(candidate, held);
      if (candidate.compiled.isIdGiven) this.heldAs.push({ event: candidate.compiled, id: held.id });
    });
    const mayBeEdited = ({ compiled: { isIdGiven, expect } }: Candidate) =>
      !isIdGiven && !isRefusalExpected(expect);
    const editedBySign = new Map<string, HeldEvent>();
    const fresh = this.#pair(changed.filter(mayBeEdited), this.left(), LIKENESSES, (candidate, held) => {
      this.#hold(candidate, held);
      this.#edited.push({ candidate, held });
      const [signs, kept] = [signsOf(held), new Set(signsOf(candidate))];
      if (!signs.every((sign) => kept.has(sign))) for (const sign of signs) editedBySign.set(sign, held);
    });
    const isClear = (candidate: Candidate) => {
      const held = signsOf(candidate).flatMap((sign) => editedBySign.get(sign) ?? [])[0];
      if (held !== undefined) this.unclear.push({ event: candidate.compiled, id: held.id });
      return held === undefined;
    };
    const others = changed.filter((candidate) => !mayBeEdited(candidate));
    return [...others, ...fresh.filter(isClear)].map(({ compiled }) => compiled);
  }

  #isFoundById(candidate: Candidate): boolean {
    const { compiled, content, id } = candidate;
    const withId = this.#byId.get(id) ?? [];
    const same = withId.find((held) => held.content === content);
    const first = withId.find(({ isFirst }) => isFirst);
    if (same !== undefined) this.#hold(candidate, same);
    else if (first !== undefined && compiled.isIdGiven && !isRefusalExpected(compiled.expect)) {
      this.#hold(candidate, first);
      this.#edited.push({ candidate, held: first });
    } else return false;
    return true;
  }

  #hold({ compiled }: Candidate, held: HeldEvent): void {
    this.#claimed.add(held);
    this.held.add(compiled.index);
    if (held.id !== compiled.id) this.#renamed.set(compiled.id, { event: compiled, id: held.id });
  }

  /** Pairs what is alike, by one likeness after the other, each in its order; returns what stays alone. */
  #pair(
    candidates: readonly Candidate[],
    log: readonly HeldEvent[],
    likenesses: readonly Likeness[],
    pair: (candidate: Candidate, held: HeldEvent) => void,
  ): Candidate[] {
    let alone = [...candidates];
    for (const likeness of likenesses) {
      if (alone.length === 0) break;
      const free = log.filter((held) => !this.#claimed.has(held)).reverse();
      const alike = grouped(free, likeness);
      alone = alone.filter((candidate) => {
        const key = likeness(candidate);
        const held = key === null ? undefined : alike.get(key)?.pop();
        if (held !== undefined) pair(candidate, held);
        return held === undefined;
      });
    }
    return alone;
  }

  /** An event as the log is to have it: with its id there, and with that of the event that it is about. */
  #asSent(event: CompiledEvent): CompiledEvent {
    const id = event.isIdGiven ? event.id : (this.#renamed.get(event.id)?.id ?? event.id);
    const json = jsonOf(event);
    const target = targetOf(json);
    const targetId =
      target?.source === event.source ? this.#targetInLog(String(target.id), event) : undefined;
    if (id === event.id && targetId === undefined) return event;
    const { data } = json;
    const renamed = { ...json, id };
    const bytes = utf8.encode(
      JSON.stringify(
        targetId === undefined || !isObject(data)
          ? renamed
          : { ...renamed, data: { ...data, target: { source: event.source, id: targetId } } },
      ),
    );
    return { ...event, id, identity: identityOf({ source: event.source, id }), bytes };
  }

  /** The id in the log of what the script calls so; undefined where it is the same, or where the log's own is meant. */
  #targetInLog(id: string, { index }: CompiledEvent): string | undefined {
    const renamed = this.#renamed.get(id);
    const isLeft = (this.#byId.get(id) ?? []).some(
      (held) => held.isFirst && held.event?.scope !== 'correction' && !this.#claimed.has(held),
    );
    return renamed === undefined || renamed.event.index >= index || isLeft ? undefined : renamed.id;
  }
}

const utf8 = new TextEncoder();

function jsonOf({ bytes }: CompiledEvent): Record<string, unknown> {
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return isObject(json) ? json : {};
}

function isRefusalExpected(expect: Expectation | null): boolean {
  return expect !== null && expect !== 'accepted';
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
