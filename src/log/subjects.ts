import { ID_PATTERN, type RollId, rollName } from '../../events/ids.ts';
import { requireIds } from './require-ids.ts';

// The NATS names of DESIGN 5, and nothing else knows them. Ids are lower-case letters, digits and hyphens, so a
// token made of one holds no dot, wildcard, blank or letter that a subject, stream or key may not have.

/** The JetStream stream of all rolls' events. */
export const EVENTS_STREAM = 'MUSTER_EVENTS';
/** The JetStream stream of what the fold derives. */
export const OUT_STREAM = 'MUSTER_OUT';
/** The KV bucket of each roll's distribution. */
export const ROLLS_BUCKET = 'MUSTER_ROLLS';
/** The KV bucket of each roll's title, basis and base. */
export const TIMELINES_BUCKET = 'MUSTER_TIMELINES';
/** The KV bucket of each roll's reports. */
export const REPORTS_BUCKET = 'MUSTER_REPORTS';
/** The KV bucket of who holds which roll, and of the heartbeats of those who hold. */
export const LEASES_BUCKET = 'MUSTER_LEASES';

/** What `MUSTER_EVENTS` takes: the events of every roll. */
export const ALL_EVENTS = 'muster.*.*.event.>';
/** What `MUSTER_OUT` takes: transitions, refusals and the publisher's checkpoints. */
export const ALL_OUTPUTS: readonly string[] = [
  'muster.*.*.transition.>',
  'muster.*.*.refusal.>',
  'muster.*.*.checkpoint',
];

/** Where an event of a contingent (its id) or of the theatre (`theatre`) is published. */
export function eventSubject(roll: RollId, entity: string): string {
  requireIds(roll, [entity]);
  return `muster.${rollName(roll)}.event.${entity}`;
}

/** What a subject may end in: tokens, whatever is in them. */
export const PUBLISHED_FOR = /^[^\s.]+(?:\.[^\s.]+)*$/;

/** Where an event was published for one who may be no id (see `publishedForOf`). */
export function copiedEventSubject(roll: RollId, publishedFor: string): string {
  requireIds(roll);
  if (!PUBLISHED_FOR.test(publishedFor))
    throw new RangeError(`no subject ends in ${JSON.stringify(publishedFor)}`);
  return `muster.${rollName(roll)}.event.${publishedFor}`;
}

/** All events of one roll; also the filter that counts them. */
export function eventsOfRoll(roll: RollId): string {
  requireIds(roll);
  return `muster.${rollName(roll)}.event.>`;
}

export function transitionSubject(roll: RollId, contingent: string): string {
  requireIds(roll, [contingent]);
  return `muster.${rollName(roll)}.transition.${contingent}`;
}

/** `entity` is the contingent's id, or `theatre`. */
export function refusalSubject(roll: RollId, entity: string): string {
  requireIds(roll, [entity]);
  return `muster.${rollName(roll)}.refusal.${entity}`;
}

/** All transitions and refusals of one roll. */
export function outputsOfRoll(roll: RollId): string {
  requireIds(roll);
  return `muster.${rollName(roll)}.*.*`;
}

/** The same as filters that a stream's consumer may have: each within one of the stream's own subjects. */
export function outputFiltersOfRoll(roll: RollId): readonly string[] {
  requireIds(roll);
  return ['transition', 'refusal'].map((kind) => `muster.${rollName(roll)}.${kind}.>`);
}

/** The one literal subject on which a roll's publisher fences its batches. */
export function checkpointSubject(roll: RollId): string {
  requireIds(roll);
  return `muster.${rollName(roll)}.checkpoint`;
}

/** Where the distribution document is published on change. */
export function distributionSubject(roll: RollId): string {
  requireIds(roll);
  return `muster.${rollName(roll)}.distribution`;
}

/** Where an event is sent for a verdict; `null`: of any roll, to subscribe to. */
export function submitSubject(roll: RollId | null): string {
  return `muster.${tokens(roll)}.submit`;
}

/** Where a query is sent; `null`: of any roll, to subscribe to. */
export function querySubject(roll: RollId | null, query: 'distribution' | 'contingent'): string {
  return `muster.${tokens(roll)}.query.${query}`;
}

/** The key of a report about a roll in its KV bucket. */
export function reportKey(roll: RollId, report: string): string {
  requireIds(roll, [report]);
  return `${rollName(roll)}.${report}`;
}

/** The key of a roll in the KV buckets of distributions and timelines. */
export function rollKey(roll: RollId): string {
  requireIds(roll);
  return rollName(roll);
}

/** The JetStream stream that carries a KV bucket. */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

/** The roll whose key a subject of a bucket's stream ends in; null if it is no roll's. */
export function rollOfKeySubject(bucket: string, subject: string): RollId | null {
  const key = keyOfSubject(bucket, subject);
  return key === null ? null : rollOfKey(key);
}

/** The key that a subject of a bucket's stream ends in; null if it is none of that bucket's. */
export function keyOfSubject(bucket: string, subject: string): string | null {
  const prefix = `$KV.${bucket}.`;
  return subject.startsWith(prefix) ? subject.slice(prefix.length) : null;
}

/** The roll of a key in a KV bucket (see `rollKey`); null if it is no roll's. */
export function rollOfKey(key: string): RollId | null {
  return rollOf(key.split('.'));
}

/**
 * Whom an event was published for: all that its subject has after the roll and `event`. Anybody may publish to the
 * stream, so it may be no id.
 */
export function publishedForOf(subject: string): string {
  let end = 0;
  for (let dots = 0; dots < 4; dots++) end = subject.indexOf('.', end) + 1;
  return subject.slice(end);
}

/** The roll of a subject of any of the kinds above; null if it begins with none. */
export function rollOfSubject(subject: string): RollId | null {
  const [muster, theatre, timeline] = subject.split('.');
  return muster === 'muster' ? rollOf([theatre ?? '', timeline ?? '']) : null;
}

function rollOf(ids: readonly string[]): RollId | null {
  const [theatre, timeline, ...rest] = ids;
  if (theatre === undefined || timeline === undefined || rest.length > 0) {
    return null;
  }
  return ID_PATTERN.test(theatre) && ID_PATTERN.test(timeline) ? { theatre, timeline } : null;
}

function tokens(roll: RollId | null): string {
  if (roll === null) {
    return '*.*';
  }
  requireIds(roll);
  return rollName(roll);
}
