import type { z } from 'zod';
import {
  type CorrectionEventType,
  catalogueEntry,
  type EventOf,
  type EventType,
} from '../../events/catalogue.ts';
import { firstIssue } from '../../events/definition.ts';
import { type GoodForm, isObject, jsonPath, type MusterEvent, readEvent } from '../../events/event.ts';
import type { RollId } from '../../events/ids.ts';
import { wayToCorrect } from '../../events/types/correction.ts';
import { upcast } from '../../events/upcasters.ts';
import { conflictMessage, digestOf } from './content.ts';
import { Identities, type IdentitiesDump, identityKey } from './identities.ts';
import { type RefusalCode, type Refused, refuse } from './outcome.ts';
import { holds, knows, type View } from './view.ts';

/** An entry of a log as it comes to the fold. */
export interface RawEntry {
  /** Place in the log, from 1. */
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** Where it is stored: an event that names another place is malformed (DOMAIN 5). */
  readonly home: Partial<RollId>;
  /** For which contingent, or the theatre, it was published, where the log tells: one that names another is malformed. */
  readonly publishedFor?: string;
}

export type Correction = EventOf<CorrectionEventType>;

/** An entry that moves nobody by itself, whatever the view. */
export type Formality =
  | { readonly kind: 'correction'; readonly seq: number; readonly event: Correction }
  | { readonly kind: 'duplicate'; readonly seq: number; readonly of: number }
  | Refused;

export type Fact = { readonly kind: 'fact'; readonly seq: number; readonly event: MusterEvent };

/** A fact that a view would hold, were it not retracted there. */
export type Retracted = { readonly kind: 'retracted'; readonly seq: number };

interface StandingCorrection {
  readonly seq: number;
  readonly event: Correction;
  /** The new payload as written, in the shape of today; undefined where the correction leaves the logged one. */
  readonly data: unknown;
}

/** What a settlement knows, as plain data. */
export interface SettlementDump {
  readonly identities: IdentitiesDump;
  readonly corrections: ReadonlyMap<number, readonly StandingCorrection[]>;
}

/** An answer, and what is to be remembered once the entry is taken. */
export interface Settled {
  readonly answer: Fact | Formality;
  /** Of an entry that takes an identity. */
  readonly memory: Memory | null;
}

interface Memory {
  readonly key: string;
  readonly digest: number;
  readonly event: MusterEvent;
  /** The entry that a correction is about, and what it makes of it. */
  readonly correction: { readonly target: number; readonly standing: StandingCorrection } | null;
}

const unrecorded = (answer: Formality): Settled => ({ answer, memory: null });

/**
 * Form, identity and corrections of a log (DOMAIN 7, steps 1 to 3), settled entry by entry in log order. What an
 * accepted correction changes is its target: `recall` tells what became of it.
 */
export class Settlement {
  readonly #identities: Identities;
  readonly #base: Settlement | null;
  readonly #corrections = new Map<number, StandingCorrection[]>();

  /** Of a log, or with a base: of what comes after it, which the base does not learn. */
  constructor(base: Settlement | null = null) {
    this.#base = base;
    this.#identities = new Identities(base === null ? null : base.#identities);
  }

  /** Settles the next entry. Total: whatever the bytes, it answers. */
  take(entry: RawEntry): Fact | Formality {
    const settled = this.settle(entry);
    this.record(settled);
    return settled.answer;
  }

  /** What `take` would answer; nothing changes before `record` is called with it. */
  settle({ seq, bytes, home, publishedFor }: RawEntry): Settled {
    const form = readEvent(bytes, home, publishedFor);
    if (!form.ok) {
      const { id, type, subject, code, message } = form;
      const refused = { kind: 'refused', seq, refusal: { seq, id, type, subject, code, message } } as const;
      return unrecorded(
        form.publishedFor === undefined ? refused : { ...refused, publishedFor: form.publishedFor },
      );
    }
    const { event, written } = form;
    const { source, id } = event.envelope;
    const digest = digestOf(form, home);
    const key = identityKey(source, id);
    const earlier = this.#identities.find(key);
    if (earlier !== undefined) {
      if (earlier.digest === digest) return unrecorded({ kind: 'duplicate', seq, of: earlier.seq });
      const message = conflictMessage(event.envelope, earlier.seq);
      return unrecorded({ ...refuse(seq, event, 'conflict', message), of: earlier.seq });
    }
    if (event.scope !== 'correction') {
      return { answer: { kind: 'fact', seq, event }, memory: { key, digest, event, correction: null } };
    }
    const { answer, correction } = this.#settleCorrection(seq, event, written['data']);
    return { answer, memory: { key, digest, event, correction } };
  }

  /** Remembers what `settle` gave of the entry that is taken now. */
  record({ answer: { seq }, memory }: Settled): void {
    if (memory === null) return;
    const { key, digest, event, correction } = memory;
    this.#identities.take(key, seq, event.type, digest);
    if (correction === null) return;
    const { target, standing } = correction;
    const earlier = this.#corrections.get(target);
    if (earlier === undefined) this.#corrections.set(target, [standing]);
    else earlier.push(standing);
  }

  /** A settlement of what may come next, of which this one learns nothing. */
  fork(): Settlement {
    return new Settlement(this);
  }

  /**
   * An entry taken before, as a view sees it: the fact with its new time and payload if it was corrected,
   * retracted, or null for one that the view does not hold or that is no fact. What stands behind `length` in the
   * log corrects nothing.
   */
  recall(
    { seq, bytes, home }: RawEntry,
    view: View,
    length = Number.POSITIVE_INFINITY,
  ): Fact | Retracted | null {
    const form = readEvent(bytes, home);
    if (!form.ok || form.event.scope === 'correction') return null;
    const { source, id } = form.event.envelope;
    if (this.#identities.find(identityKey(source, id))?.seq !== seq) return null;

    const standing = this.#corrections
      .get(seq)
      ?.findLast((one) => one.seq <= length && knows(view, one.event));
    if (standing?.event.type === 'event.retracted') {
      return holds(view, form.event) ? { kind: 'retracted', seq } : null;
    }
    const event =
      standing?.event.type === 'event.corrected'
        ? corrected(form, standing.event, standing.data)
        : form.event;
    return holds(view, event) ? { kind: 'fact', seq, event } : null;
  }

  /** The place in the log of what a correction, taken before, is about. */
  targetOf({ data: { target } }: Correction): number {
    const identity = this.#identities.find(identityKey(target.source, target.id));
    if (identity === undefined)
      throw new Error(`No correction of source ${target.source}, id ${target.id} was taken`);
    return identity.seq;
  }

  /** All that a checkpoint has to keep; it changes with the next `take`. */
  dump(): SettlementDump {
    return { identities: this.#identities.dump(), corrections: this.#corrections };
  }

  static restore({ identities, corrections }: SettlementDump): Settlement {
    const settlement = new Settlement();
    settlement.#identities.restore(identities);
    for (const [seq, standing] of corrections) settlement.#corrections.set(seq, [...standing]);
    return settlement;
  }

  #settleCorrection(
    seq: number,
    event: Correction,
    data: unknown,
  ): { readonly answer: Formality; readonly correction: Memory['correction'] } {
    const refused = (code: RefusalCode, message: string) => ({
      answer: refuse(seq, event, code, message),
      correction: null,
    });
    const { source, id } = event.data.target;
    const target = this.#identities.find(identityKey(source, id));
    if (target === undefined) {
      const message = `the target (source ${source}, id ${id}) is not in the log before it; check both in $.data.target, or send the target before`;
      return refused('unknown-target', message);
    }
    if (target.scope === 'correction') {
      const way = wayAround(this.#correctionAt(target.seq));
      return refused('unknown-target', `the target (source ${source}, id ${id}) is a correction: ${way}`);
    }
    const upcasted = isObject(data)
      ? upcast(target.type, event.envelope.schemaversion ?? 1, data)
      : ({ ok: true, data } as const);
    if (!upcasted.ok) {
      return refused('malformed', `$.schemaversion: ${upcasted.message}`);
    }
    const { data: payloadOfToday } = upcasted;
    if (payloadOfToday !== undefined) {
      const payload = catalogueEntry(target.type)?.data.safeParse(payloadOfToday);
      if (payload?.success === false) {
        return refused('malformed', payloadProblem(target.type, payloadOfToday, payload.error));
      }
    }
    return {
      answer: { kind: 'correction', seq, event },
      correction: { target: target.seq, standing: { seq, event, data: payloadOfToday } },
    };
  }

  /** The correction that stands at a place of the log; undefined if it was refused. */
  #correctionAt(seq: number): Correction | undefined {
    for (const standing of this.#corrections.values()) {
      const found = standing.find((one) => one.seq === seq);
      if (found !== undefined) return found.event;
    }
    return this.#base === null ? undefined : this.#base.#correctionAt(seq);
  }
}

/** What to do instead of correcting a correction. */
function wayAround(correction: Correction | undefined): string {
  if (correction === undefined) return 'it was refused itself, so there is nothing to undo';
  const { source, id } = correction.data.target;
  return `reinstate or correct source ${source}, id ${id} (event.reinstated undoes what was retracted or corrected of it; of several event.corrected the last counts)`;
}

/** What is wrong with the new payload of a correction. */
function payloadProblem(type: EventType, data: unknown, error: z.ZodError): string {
  const { path, message } = firstIssue(error, undefined, (inside, key) =>
    wayToCorrect(['data', ...inside], key),
  );
  const where = jsonPath(['data', 'data', ...path]);
  const [missing] = path;
  const isPartial = path.length === 1 && isObject(data) && !Object.hasOwn(data, missing ?? '');
  const whole = isPartial ? `the whole payload is needed, also what stays as it was; ` : '';
  return `${where}: ${whole}${message} (a payload of ${type})`;
}

/** A fact as a correction has it. What the correction leaves out is as it was logged, when it became known among it. */
function corrected(
  { event, written }: GoodForm,
  { data: { time, attributes } }: EventOf<'event.corrected'>,
  data: unknown,
): MusterEvent {
  const { envelope } = event;
  const logged = { ...envelope, observedtime: envelope.observedtime ?? envelope.time };
  const changes = Object.entries({ time, ...attributes }).filter(([, value]) => value !== undefined);
  const reading = catalogueEntry(event.type)?.read(
    Object.assign(logged, Object.fromEntries(changes)),
    data ?? written,
  );
  if (reading?.ok !== true) throw new Error(`A correction of ${envelope.id} was settled and does not fit`);
  return reading.event;
}
