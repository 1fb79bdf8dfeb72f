import { describe, expect, test } from 'vitest';
import { judgeEvent } from '../../events/event.ts';
import { EVENT_TYPES, type EventJson, exampleEvent, mustBeGood } from '../support/examples.ts';
import { samplesOf, swapCase, without } from './kinds.ts';

/** The verdict on an event: `well-formed`, or the code and the path of the fault. */
function verdict(json: unknown): string {
  const form = judgeEvent(json);
  return form.ok ? 'well-formed' : `${form.code} ${form.message.slice(0, form.message.indexOf(':'))}`;
}

const withAttributes = (attributes: EventJson) => verdict(exampleEvent('contingent.committed', attributes));

describe('required attributes', () => {
  test.each(['specversion', 'id', 'source', 'type', 'time', 'basis', 'data', 'subject'])(
    'an event without %s is malformed',
    (name) => {
      expect(verdict(without(exampleEvent('contingent.committed'), name))).toBe(`malformed $.${name}`);
    },
  );

  test.each(['specversion', 'id', 'source', 'type', 'time', 'basis', 'data', 'subject'])(
    'a null %s counts as absent',
    (name) => {
      expect(withAttributes({ [name]: null })).toBe(`malformed $.${name}`);
    },
  );

  test.each(['id', 'source', 'type', 'subject', 'time'])('%s is a text that is not empty', (name) => {
    for (const value of ['', 5, true, {}, []]) {
      expect(withAttributes({ [name]: value })).toBe(`malformed $.${name}`);
    }
  });

  test('specversion is the text 1.0', () => {
    for (const specversion of ['0.3', '1', '1.0.1', '', 1, 1.0]) {
      expect(withAttributes({ specversion })).toBe('malformed $.specversion');
    }
  });

  test('data is an object', () => {
    for (const data of ['{}', 5, [], [{}], true, '']) {
      expect(withAttributes({ data })).toBe('malformed $.data');
    }
  });
});

describe('attribute names', () => {
  test.each([
    'Time',
    'observedTime',
    'recorded_time',
    'data-base64',
    'report-url',
    'a b',
    '',
    'é',
    'noté',
    '__proto__',
  ])('"%s" is no attribute name, whatever its value', (name) => {
    for (const value of ['x', null]) {
      const json: unknown = JSON.parse(
        JSON.stringify(exampleEvent('contingent.committed')).replace(
          '{',
          `{${JSON.stringify(name)}:${JSON.stringify(value)},`,
        ),
      );
      const form = judgeEvent(json);
      expect(form.ok ? 'well-formed' : form.message).toContain(
        'attribute names are lower-case letters and digits',
      );
    }
  });

  test('attributes that Muster does not know are allowed, with any value', () => {
    for (const value of ['x', 5, true, {}, [1], { a: { b: 1 } }]) {
      expect(
        withAttributes({ datacontenttype: value, traceparent: value, x1: value, constructor: value }),
      ).toBe('well-formed');
    }
  });

  test('an attribute of another case does not stand in for a required one', () => {
    const { time, ...rest } = exampleEvent('contingent.committed');
    expect(verdict({ ...rest, Time: time })).toBe('malformed $.Time');
  });
});

describe('closed lists of attributes', () => {
  const lists: Readonly<Record<string, readonly string[]>> = {
    basis: ['reported', 'assessed', 'hypothetical'],
    timeprecision: ['day', 'week', 'month'],
    reporterkind: ['state-agency', 'military', 'media', 'ngo', 'state-media', 'witness', 'analyst'],
    reliability: ['A', 'B', 'C', 'D', 'E', 'F'],
    claim: ['fact', 'claim', 'denial', 'speculation'],
  };

  test.each(Object.entries(lists))('%s takes its values and no others', (name, values) => {
    const rated = { reliability: 'B', credibility: 2 };
    for (const value of values) expect(withAttributes({ ...rated, [name]: value })).toBe('well-formed');
    for (const value of ['', 'other', 5, true, {}, ...values.map(swapCase)]) {
      expect(withAttributes({ ...rated, [name]: value })).toBe(`malformed $.${name}`);
    }
  });

  test('credibility is a whole number from 1 to 6', () => {
    for (const credibility of [1, 2, 3, 4, 5, 6]) expect(withAttributes({ credibility })).toBe('well-formed');
    for (const credibility of [0, 7, 1.5, -1, '2', '', true, {}]) {
      expect(withAttributes({ credibility })).toBe('malformed $.credibility');
    }
  });

  test.each([
    ['contenthash', 'content-hash'],
    ['recordedtime', 'instant'],
  ] as const)('%s has its form', (name, kind) => {
    const { good, bad } = samplesOf(kind);
    for (const value of good) expect(withAttributes({ [name]: value })).toBe('well-formed');
    for (const { value } of bad) {
      expect(withAttributes({ [name]: value })).toBe(value === null ? 'well-formed' : `malformed $.${name}`);
    }
  });

  test.each(['reporter', 'reporturl', 'archivedurl', 'note', 'correlationid', 'causationid', 'recordedby'])(
    '%s is a text',
    (name) => {
      expect(withAttributes({ [name]: 'anything at all' })).toBe('well-formed');
      for (const value of [5, true, {}, []]) {
        expect(withAttributes({ [name]: value })).toBe(`malformed $.${name}`);
      }
    },
  );
});

describe('what is reported is rated', () => {
  const reported = { basis: 'reported', reliability: 'B', credibility: 2 };

  test('a reported event has reliability and credibility', () => {
    expect(withAttributes(reported)).toBe('well-formed');
    expect(withAttributes(without(reported, 'reliability'))).toBe('malformed $.reliability');
    expect(withAttributes(without(reported, 'credibility'))).toBe('malformed $.credibility');
    expect(withAttributes({ ...reported, credibility: null })).toBe('malformed $.credibility');
  });

  test.each(['assessed', 'hypothetical'])('what is %s needs no rating and may have one', (basis) => {
    expect(withAttributes({ basis })).toBe('well-formed');
    expect(withAttributes({ ...reported, basis })).toBe('well-formed');
    expect(withAttributes({ basis, reliability: 'F' })).toBe('well-formed');
  });
});

describe('the subject', () => {
  const isContingent = (type: string) => /^(contingent|casualty\.recorded|strength\.reassessed)/.test(type);
  const needsSubject = EVENT_TYPES.filter(
    (type) => isContingent(type) || ['exposure.revealed', 'monitoring.tightened'].includes(type),
  );
  const hasNoSubject = EVENT_TYPES.filter((type) => /^(war|tension|event)\./.test(type));
  const mayHaveSubject = EVENT_TYPES.filter(
    (type) => !needsSubject.includes(type) && !hasNoSubject.includes(type),
  );

  test('every type falls under one of the three rules', () => {
    expect([needsSubject.length, mayHaveSubject.length, hasNoSubject.length]).toEqual([34, 25, 8]);
  });

  test.each(needsSubject)('%s names its contingent', (type) => {
    expect(verdict(exampleEvent(type))).toBe('well-formed');
    expect(verdict(exampleEvent(type, { subject: null }))).toBe('malformed $.subject');
  });

  test.each(mayHaveSubject)('%s may name a contingent', (type) => {
    expect(verdict(exampleEvent(type, { subject: 'alpha' }))).toBe('well-formed');
    expect(verdict(exampleEvent(type, { subject: null }))).toBe('well-formed');
  });

  test.each(hasNoSubject)('%s has none', (type) => {
    expect(verdict(exampleEvent(type, { subject: null }))).toBe('well-formed');
    expect(verdict(exampleEvent(type, { subject: 'alpha' }))).toBe('malformed $.subject');
    expect(verdict(exampleEvent(type, { subject: 'theatre' }))).toBe('malformed $.subject');
  });

  test.each([...needsSubject, ...mayHaveSubject])('%s is about nothing that is no contingent', (type) => {
    for (const subject of ['theatre', 'Alpha', '-a', 'a.b', 'a b', 'a\n', 'a'.repeat(64), '']) {
      expect(verdict(exampleEvent(type, { subject }))).toBe('malformed $.subject');
    }
    expect(verdict(exampleEvent(type, { subject: 'a'.repeat(63) }))).toBe('well-formed');
  });
});

describe('where an event belongs', () => {
  const home = { theatre: 'ukraine', timeline: 'record' };
  const judge = (attributes: EventJson, at: typeof home | Record<string, never> = home) => {
    const form = judgeEvent(exampleEvent('war.resumed', attributes), at);
    return form.ok ? 'well-formed' : form.message;
  };

  test('it may name its theatre and its timeline', () => {
    expect(judge(home)).toBe('well-formed');
    expect(judge({})).toBe('well-formed');
    expect(judge({ timeline: 'record' })).toBe('well-formed');
  });

  test('it may not name another', () => {
    expect(judge({ theatre: 'korea' })).toBe('$.theatre: names "korea" but is stored in "ukraine"');
    expect(judge({ ...home, timeline: 'garrison' })).toBe(
      '$.timeline: names "garrison" but is stored in "record"',
    );
  });

  test('a bare file is no place, so any name fits it', () => {
    expect(judge({ theatre: 'korea', timeline: 'garrison' }, {})).toBe('well-formed');
  });

  test('a name is an id even in a bare file', () => {
    for (const name of ['Korea', '', 'a.b', '*', 5]) {
      expect(judge({ theatre: name }, {})).toMatch(/^\$\.theatre: /);
      expect(judge({ timeline: name }, {})).toMatch(/^\$\.timeline: /);
    }
  });
});

describe('what is read from a well-formed event', () => {
  const read = (attributes: EventJson) =>
    mustBeGood(judgeEvent(exampleEvent('contingent.reinforced', attributes)));

  test('estimates are whole and the payload as written is kept beside', () => {
    const { event, written } = read({ data: { strength: 5 } });
    expect(event.data).toEqual({ strength: { low: 5, best: 5, high: 5 } });
    expect(written).toEqual({ strength: 5 });
  });

  test('foreign troops are not barred unless the ending says so', () => {
    const { event } = mustBeGood(judgeEvent(exampleEvent('war.ended', { data: { variant: 'armistice' } })));
    expect(event.data).toEqual({ variant: 'armistice', foreignTroopsBarred: false });
  });

  test('the time it was observed is the time it happened unless given', () => {
    const time = '2025-03-01T00:00:00Z';
    const happened = Date.UTC(2025, 2, 1);
    expect(read({ time }).event).toMatchObject({ timeMs: happened, observedMs: happened });
    expect(read({ time, observedtime: '2025-03-02T00:00:00Z' }).event).toMatchObject({
      timeMs: happened,
      observedMs: Date.UTC(2025, 2, 2),
    });
  });

  test('an event may be known before it happens', () => {
    expect(read({ observedtime: '2020-01-01T00:00:00Z' }).event.observedMs).toBe(Date.UTC(2020, 0, 1));
  });

  test('a theatre-wide event has no subject', () => {
    expect(mustBeGood(judgeEvent(exampleEvent('war.resumed'))).event.subject).toBeNull();
    expect(read({}).event.subject).toBe('alpha');
  });
});
