import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ID_PATTERN } from '../../events/ids.ts';
import * as subjects from '../../src/log/subjects.ts';

const id = fc.stringMatching(ID_PATTERN);
const rollId = fc.record({ theatre: id, timeline: id });

const builders: [string, (roll: { theatre: string; timeline: string }, entity: string) => string][] = [
  ['event', subjects.eventSubject],
  ['events of a roll', subjects.eventsOfRoll],
  ['transition', subjects.transitionSubject],
  ['refusal', subjects.refusalSubject],
  ['checkpoint', subjects.checkpointSubject],
  ['distribution', subjects.distributionSubject],
  ['submit', subjects.submitSubject],
  ['query', (roll) => subjects.querySubject(roll, 'contingent')],
  ['key', subjects.rollKey],
];

describe('subjects', () => {
  test('read as the contract says', () => {
    const roll = { theatre: 'ukraine', timeline: 'record' };
    expect(builders.map(([, build]) => build(roll, 'storm-corps'))).toEqual([
      'muster.ukraine.record.event.storm-corps',
      'muster.ukraine.record.event.>',
      'muster.ukraine.record.transition.storm-corps',
      'muster.ukraine.record.refusal.storm-corps',
      'muster.ukraine.record.checkpoint',
      'muster.ukraine.record.distribution',
      'muster.ukraine.record.submit',
      'muster.ukraine.record.query.contingent',
      'ukraine.record',
    ]);
    expect(subjects.submitSubject(null)).toBe('muster.*.*.submit');
    expect(subjects.querySubject(null, 'distribution')).toBe('muster.*.*.query.distribution');
  });

  test.each(builders)('%s: no id breaks out of its token', (_, build) => {
    fc.assert(
      fc.property(rollId, id, (roll, entity) => {
        const built = build(roll, entity);
        const model = build({ theatre: 'a', timeline: 'b' }, 'c');
        expect(built).toMatch(/^[a-z0-9.>-]+$/);
        expect(built.split('.')).toHaveLength(model.split('.').length);
      }),
    );
  });

  test.each(builders)('%s: what is no id is refused', (name, build) => {
    const hasEntity = ['event', 'transition', 'refusal'].includes(name);
    const noId = fc
      .oneof(
        fc.string(),
        fc.constantFrom('', '>', '*', 'a.b', 'a b', 'A', '-a', 'a\n', 'é', '$KV', 'a'.repeat(64)),
      )
      .filter((text) => !ID_PATTERN.test(text));
    fc.assert(
      fc.property(noId, (text) => {
        expect(() => build({ theatre: text, timeline: 'b' }, 'c')).toThrow(RangeError);
        expect(() => build({ theatre: 'a', timeline: text }, 'c')).toThrow(RangeError);
        if (hasEntity) {
          expect(() => build({ theatre: 'a', timeline: 'b' }, text)).toThrow(RangeError);
        }
      }),
    );
  });

  test('an event subject says for whom it was built, and of which roll', () => {
    fc.assert(
      fc.property(rollId, id, (roll, entity) => {
        expect(subjects.publishedForOf(subjects.eventSubject(roll, entity))).toBe(entity);
        expect(subjects.rollOfSubject(subjects.eventSubject(roll, entity))).toEqual(roll);
        expect(subjects.rollOfSubject(subjects.transitionSubject(roll, entity))).toEqual(roll);
      }),
    );
  });

  test.each(['c.d', 'C', 'c.event.d', '-c', 'théâtre', 'a*b'])(
    'who is no id is published for all the same, and so copied: %s',
    (publishedFor) => {
      const subject = `muster.a.b.event.${publishedFor}`;
      expect(subjects.publishedForOf(subject)).toBe(publishedFor);
      expect(subjects.copiedEventSubject({ theatre: 'a', timeline: 'b' }, publishedFor)).toBe(subject);
    },
  );

  test.each(['', ' ', 'c d', '.c', 'c.', 'c..d', 'c\r\nPUB x'])('%j ends no subject', (publishedFor) => {
    const roll = { theatre: 'a', timeline: 'b' };
    expect(() => subjects.copiedEventSubject(roll, publishedFor)).toThrow(RangeError);
  });

  test('a key comes back from the subject of its bucket', () => {
    fc.assert(
      fc.property(rollId, (roll) => {
        const subject = `$KV.${subjects.TIMELINES_BUCKET}.${subjects.rollKey(roll)}`;
        expect(subjects.rollOfKeySubject(subjects.TIMELINES_BUCKET, subject)).toEqual(roll);
      }),
    );
    expect(subjects.rollOfKeySubject(subjects.TIMELINES_BUCKET, '$KV.MUSTER_TIMELINES.a.b.c')).toBeNull();
    expect(subjects.rollOfKeySubject(subjects.TIMELINES_BUCKET, '$KV.OTHER.a.b')).toBeNull();
  });

  test('names of streams and buckets are such as NATS takes (ADR-6)', () => {
    const { EVENTS_STREAM, OUT_STREAM, ROLLS_BUCKET, TIMELINES_BUCKET, bucketStream } = subjects;
    for (const name of [
      EVENTS_STREAM,
      OUT_STREAM,
      ROLLS_BUCKET,
      TIMELINES_BUCKET,
      bucketStream(ROLLS_BUCKET),
    ]) {
      expect(name).toMatch(/^[A-Z_]+$/);
    }
  });
});
