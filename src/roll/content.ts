import { hash } from 'node:crypto';
import { brief } from '../../events/brief.ts';
import { type GoodForm, readEvent } from '../../events/event.ts';
import type { RollId } from '../../events/ids.ts';
import type { Refusal } from './outcome.ts';

interface Identified {
  readonly source: string;
  readonly id: string;
}

/**
 * All that two events of one identity are compared by (DOMAIN 7.2), the payload apart: what is left out is its
 * default. The place counts only where nothing says where they are stored, for else it is the same.
 */
function said({ event }: GoodForm, home: Partial<RollId>) {
  const { envelope, type, subject, timeMs, observedMs } = event;
  return {
    type,
    subject,
    time: timeMs,
    observedtime: observedMs,
    basis: envelope.basis,
    timeprecision: envelope.timeprecision ?? 'day',
    reporter: envelope.reporter,
    reporterkind: envelope.reporterkind,
    reporturl: envelope.reporturl,
    reliability: envelope.reliability,
    credibility: envelope.credibility,
    archivedurl: envelope.archivedurl,
    contenthash: envelope.contenthash,
    claim: envelope.claim ?? 'fact',
    note: envelope.note,
    correlationid: envelope.correlationid,
    causationid: envelope.causationid,
    theatre: home.theatre === undefined ? envelope.theatre : undefined,
    timeline: home.timeline === undefined ? envelope.timeline : undefined,
  };
}

/**
 * What an event says, as 48 bits of a SHA-256: its attributes, and its payload as written, the order of keys apart
 * (DOMAIN 7.2: 5 is not {5,5,5}). Enough to tell a repeat from a conflict, small enough for millions.
 */
export function digestOf(form: GoodForm, home: Partial<RollId>): number {
  const bytes = hash('sha256', `[${JSON.stringify(said(form, home))},${canonical(form.written)}]`, 'hex');
  return Number.parseInt(bytes.slice(0, 12), 16);
}

/** Why a second event of an identity is refused, and what to do; `what` it is that the first says otherwise. */
export function conflictMessage(
  { source, id }: Identified,
  firstSeq: number,
  what = 'something else (payload, time, rating or another attribute)',
): string {
  return `source ${source}, id ${id} stands at seq ${firstSeq} with ${what}; event.corrected changes that event (time, data, attributes), a new fact needs a new id`;
}

/** The refusal of a conflict of one roll, with what it is that the two events say differently. */
export function conflictNamed(
  refusal: Refusal,
  first: { readonly seq: number; readonly bytes: Uint8Array },
  second: { readonly bytes: Uint8Array; readonly home: Partial<RollId> },
): Refusal {
  const [one, other] = [readEvent(first.bytes), readEvent(second.bytes)];
  if (!one.ok || !other.ok) return refusal;
  const [before, after] = [said(one, second.home), said(other, second.home)];
  const isObservedSaid = [one, other].some(({ event }) => event.envelope.observedtime !== undefined);
  const names = Object.entries(after).flatMap(([name, value]) =>
    Reflect.get(before, name) === value || (name === 'observedtime' && !isObservedSaid) ? [] : [name],
  );
  if (canonical(one.written) !== canonical(other.written)) names.push('payload');
  if (names.length === 0) return refusal;
  const message = conflictMessage(other.event.envelope, first.seq, `another ${names.join(', ')}`);
  return { ...refusal, message: brief(message) };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort();
  let text = '';
  for (const key of keys) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(Reflect.get(value, key))}`;
  }
  return `{${text}}`;
}
