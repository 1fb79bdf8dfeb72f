import { expect } from 'vitest';
import type { EventType } from '../../events/catalogue.ts';
import { History } from '../../src/readmodels/history.ts';
import { type RollDocument, RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { Fold, foldLog } from '../../src/roll/fold.ts';
import { createKernels, type Kernels } from '../../src/roll/kernels.ts';
import type { RefusalCode, Transition } from '../../src/roll/outcome.ts';
import { type Fact, type Formality, type RawEntry, Settlement } from '../../src/roll/settlement.ts';
import type { View } from '../../src/roll/view.ts';
import { bytesOf, type EventJson, EXAMPLE_SOURCE } from './examples.ts';

export const kernels: Kernels = createKernels();

const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;

/** The time of the day that an event at this place of a log has unless it says otherwise. */
export function dayOf(seq: number): string {
  return new Date(FIRST_DAY + (seq - 1) * DAY_MS).toISOString();
}

/** An event without the attributes that its place in a log gives it: id `e<seq>` and the day `dayOf(seq)`. */
export function fact(
  type: EventType,
  subject: string | null,
  data: Readonly<Record<string, unknown>>,
  attributes: EventJson = {},
): EventJson {
  return { type, ...(subject === null ? {} : { subject }), data, ...attributes };
}

export const deployed = (id: string, strength: unknown = 1000, data: EventJson = {}) =>
  fact('contingent.deployed', id, { strength, kind: 'infantry', origin: '11th Corps', ...data });

export const warEnded = (data: EventJson = {}) => fact('war.ended', null, { variant: 'ceasefire', ...data });

export const retracted = (id: string, attributes: EventJson = {}) =>
  fact('event.retracted', null, { target: { source: EXAMPLE_SOURCE, id }, reason: 'a hoax' }, attributes);

export const corrected = (id: string, change: EventJson, attributes: EventJson = {}) =>
  fact(
    'event.corrected',
    null,
    { target: { source: EXAMPLE_SOURCE, id }, reason: 'a typo', ...change },
    attributes,
  );

export const reinstated = (id: string, attributes: EventJson = {}) =>
  fact(
    'event.reinstated',
    null,
    { target: { source: EXAMPLE_SOURCE, id }, reason: 'no hoax after all' },
    attributes,
  );

/** An event as it stands at a place of a log. */
export function written(seq: number, event: EventJson): EventJson {
  return {
    specversion: '1.0',
    id: `e${seq}`,
    source: EXAMPLE_SOURCE,
    time: dayOf(seq),
    basis: 'assessed',
    ...event,
  };
}

/** A log of these events, or of these bytes. */
export function logOf(events: readonly (EventJson | Uint8Array)[]): RawEntry[] {
  return events.map((event, index) => {
    const seq = index + 1;
    const bytes = event instanceof Uint8Array ? event : bytesOf(written(seq, { ...event }));
    return { seq, bytes, home: {} };
  });
}

/** The roll document of a log in a view, the machine version apart. */
export async function rollOf(
  events: readonly (EventJson | Uint8Array)[],
  view: View = {},
): Promise<Omit<RollDocument, 'machineVersion'>> {
  const { machineVersion, ...document } = await wholeRollOf(logOf(events), view);
  return document;
}

export async function wholeRollOf(log: readonly RawEntry[], view: View = {}): Promise<RollDocument> {
  const { fold, length } = await foldLog(
    kernels,
    () => log,
    view,
    () => new RollModel(),
  );
  return rollDocument({ theatre: null, timeline: null }, length, fold);
}

export async function historyOf(events: readonly EventJson[]): Promise<History> {
  const { fold } = await foldLog(
    kernels,
    () => logOf(events),
    {},
    () => new History(),
  );
  return fold.readModel;
}

/** The day of the log up to which a view looks. */
export const asOf = (seq: number): View => ({ asOfMs: Date.parse(dayOf(seq)) });
export const asKnown = (seq: number): View => ({ asKnownMs: Date.parse(dayOf(seq)) });

/** What the fold answers to one more event. */
export type Answer =
  | { readonly kind: 'accepted'; readonly transition: Transition }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string }
  | { readonly kind: 'duplicate'; readonly of: number }
  | { readonly kind: 'correction' };

/** A roll that events led to, waiting for one more: given, when, then. */
export class Given {
  readonly fold = new Fold(kernels, {}, new RollModel());
  readonly #settlement = new Settlement();
  #seq = 0;

  /** Takes an event that is part of the setting: it must be accepted. */
  and(...events: readonly (EventJson | Uint8Array)[]): this {
    for (const event of events) {
      const answer = this.#take(event);
      if (answer.kind !== 'accepted')
        throw new Error(`Seq ${this.#seq} is no setting: ${JSON.stringify(answer)}`);
    }
    return this;
  }

  when(event: EventJson | Uint8Array): Then {
    const before = this.#picture();
    const answer = this.#take(event);
    return new Then(answer, before, this.#picture(), this);
  }

  state(contingent: string): string | undefined {
    return this.fold.contingents.get(contingent)?.value;
  }

  #take(event: EventJson | Uint8Array): Answer {
    this.#seq += 1;
    const bytes = event instanceof Uint8Array ? event : bytesOf(written(this.#seq, event));
    const settled: Fact | Formality = this.#settlement.take({ seq: this.#seq, bytes, home: {} });
    if (settled.kind === 'duplicate') return { kind: 'duplicate', of: settled.of };
    if (settled.kind === 'correction') return { kind: 'correction' };
    const verdict = settled.kind === 'fact' ? this.fold.take(settled) : settled;
    if (verdict.kind === 'accepted') return verdict;
    const { code, message } = verdict.refusal;
    return { kind: 'refused', code, message };
  }

  /** All that an event may change when it is accepted, and may not when it is not. */
  #picture(): unknown {
    const { contingents, phase, readModel } = this.fold;
    return structuredClone({
      contingents: [...contingents],
      phase,
      pathways: readModel.distribution.pathways(),
      losses: readModel.distribution.losses,
      inflow: readModel.distribution.inflow,
      flows: readModel.flows.list(),
    });
  }
}

/** What came of the event. */
export class Then {
  readonly #answer: Answer;
  readonly #before: unknown;
  readonly #after: unknown;
  readonly given: Given;

  constructor(answer: Answer, before: unknown, after: unknown, given: Given) {
    this.#answer = answer;
    this.#before = before;
    this.#after = after;
    this.given = given;
  }

  /** The event was accepted and moved these, in this order; the heads still add up. */
  thenMoves(
    ...moves: readonly (readonly [string, string | null, string, ...(readonly PostingText[])])[]
  ): this {
    expect(this.moves()).toEqual(moves);
    expect(this.given.fold.readModel.distribution.balance).toBe(0);
    return this;
  }

  /** What an accepted event moved: who, from where to where, what was posted. */
  moves(): (string | null)[][] {
    if (this.#answer.kind !== 'accepted') throw new Error(`Not accepted: ${JSON.stringify(this.#answer)}`);
    return this.#answer.transition.moves.map(({ contingent, before, after, postings }) => [
      contingent,
      before?.value ?? null,
      after.value,
      ...postings.map(({ from, to, persons }) => `${from} → ${to}: ${persons}`),
    ]);
  }

  /** The event was refused with this code, and nothing changed. */
  thenRefused(code: RefusalCode, message: RegExp = /./): this {
    expect(this.#answer).toEqual({ kind: 'refused', code, message: expect.stringMatching(message) });
    expect(this.#after).toEqual(this.#before);
    return this;
  }

  /** The event repeats an earlier one, and nothing changed. */
  thenDuplicateOf(seq: number): this {
    expect(this.#answer).toEqual({ kind: 'duplicate', of: seq });
    expect(this.#after).toEqual(this.#before);
    return this;
  }
}

/** A posting as `deployed → killed: 3`. */
export type PostingText = `${string} → ${string}: ${number}`;

export function given(...events: readonly (EventJson | Uint8Array)[]): Given {
  return new Given().and(...events);
}
