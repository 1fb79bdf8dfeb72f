import { describe, expect, test } from 'vitest';
import { conflictNamed } from '../../src/roll/content.ts';
import { Settlement } from '../../src/roll/settlement.ts';
import { without } from '../events/kinds.ts';
import { bytesOf, bytesOfText, type EventJson } from '../support/examples.ts';
import {
  asKnown,
  asOf,
  dayOf,
  deployed,
  fact,
  given,
  retracted,
  rollOf,
  written,
} from '../support/roll-scenario.ts';

const at = '2025-01-01T00:00:00Z';

describe('a repeat of an event is counted as a duplicate', () => {
  const first = { ...deployed('alpha', { low: 1, best: 2, high: 3 }, { area: 'kursk' }), id: 'x', time: at };

  test('as it was', () => {
    given(first).when(first).thenDuplicateOf(1);
  });

  test('with its keys in another order', () => {
    const strength = { high: 3, best: 2, low: 1 };
    given(first)
      .when({
        ...first,
        data: { area: 'kursk', origin: '11th Corps', kind: 'infantry', strength },
      })
      .thenDuplicateOf(1);
  });

  test.each([
    '2025-01-01T09:00:00+09:00',
    '2024-12-31T21:00:00-03:00',
    '2025-01-01t00:00:00.0004z',
    '2025-01-01T00:00:00.000Z',
  ])('with its time written as %s', (time) => {
    given(first)
      .when({ ...first, time })
      .thenDuplicateOf(1);
  });

  test.each([
    ['claim', { claim: 'fact' }],
    ['timeprecision', { timeprecision: 'day' }],
    ['observedtime', { observedtime: '2025-01-01T09:00:00.000+09:00' }],
    ['schemaversion', { schemaversion: 1 }],
  ])('with the default of %s written out', (_what, attributes) => {
    given(first)
      .when({ ...first, ...attributes })
      .thenDuplicateOf(1);
  });

  test.each([
    ['traceparent', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
    ['recordedtime', { recordedtime: '2026-01-01T00:00:00Z' }],
    ['recordedby', { recordedby: 'somebody else' }],
    ['musterroll', { musterroll: 'ukraine.record' }],
    ['an attribute that has no name here', { datacontenttype: 'application/json', x1: { a: 1 } }],
  ])('with another %s', (_what, attributes) => {
    given(first)
      .when({ ...first, ...attributes })
      .thenDuplicateOf(1);
  });

  test('with the place named where it is stored, and not', () => {
    const settlement = new Settlement();
    const home = { theatre: 'ukraine', timeline: 'record' };
    const take = (seq: number, attributes: EventJson) =>
      settlement.take({ seq, bytes: bytesOf(written(seq, { ...first, ...attributes })), home });
    expect(take(1, {}).kind).toBe('fact');
    expect(take(2, home)).toEqual({ kind: 'duplicate', seq: 2, of: 1 });
    expect(take(3, { timeline: 'record' })).toEqual({ kind: 'duplicate', seq: 3, of: 1 });
  });

  test('in a branch that stands on the log which has it', () => {
    const settlement = new Settlement();
    const bytes = bytesOf(written(1, first));
    settlement.take({ seq: 1, bytes, home: { theatre: 'ukraine', timeline: 'record' } });
    const again = settlement.take({ seq: 2, bytes, home: { theatre: 'ukraine', timeline: 'what-if' } });
    expect(again).toEqual({ kind: 'duplicate', seq: 2, of: 1 });
  });

  test('with its numbers written otherwise', () => {
    const text = JSON.stringify({ specversion: '1.0', source: '/s', basis: 'assessed', ...first });
    given(bytesOfText(text))
      .when(bytesOfText(text.replace('"best":2', '"best":2.0').replace('"high":3', '"high":0.3e1')))
      .thenDuplicateOf(1);
  });

  test('with a null attribute where the first had none', () => {
    const war = { ...fact('war.ended', null, { variant: 'ceasefire' }), id: 'w', time: at };
    given(war)
      .when({ ...war, subject: null, note: null })
      .thenDuplicateOf(1);
  });

  test('of an event that was refused too, which is not tried again', () => {
    const roll = given(deployed('bravo'));
    const early = { ...fact('contingent.committed', 'alpha', {}), id: 'x', time: at };
    roll.when(early).thenRefused('unknown-contingent');
    roll.and(deployed('alpha'));
    roll.when(early).thenDuplicateOf(2);
  });

  test('again and again, always of the first', () => {
    const roll = given(first);
    roll.when(first).thenDuplicateOf(1);
    roll.when(first).thenDuplicateOf(1);
  });
});

describe('anything else with that identity is a conflict', () => {
  const first = { ...fact('contingent.reinforced', 'alpha', { strength: 5 }), id: 'x', time: at };
  const setting = () => given(deployed('alpha'), deployed('bravo'), first);

  test.each([
    ['another type', { type: 'strength.reassessed', data: { strength: 5, reason: 'r' } }],
    ['another subject', { subject: 'bravo' }],
    ['another time', { time: '2025-01-01T00:00:00.001Z' }],
    ['another payload', { data: { strength: 6 } }],
    ['the same number as an estimate', { data: { strength: { low: 5, best: 5, high: 5 } } }],
  ])('%s', (_what, change) => {
    setting()
      .when({ ...first, ...change })
      .thenRefused('conflict', /source \/tests\/examples, id x.*seq 3/);
  });

  const rated = {
    ...first,
    basis: 'reported',
    observedtime: '2025-01-05T00:00:00Z',
    timeprecision: 'day',
    reporter: 'NIS',
    reporterkind: 'state-agency',
    reporturl: 'https://example.org/1',
    reliability: 'B',
    credibility: 2,
    archivedurl: 'https://archive.example.org/1',
    contenthash: `sha256:${'0'.repeat(64)}`,
    claim: 'fact',
    note: 'as it was said',
    correlationid: 'c1',
    causationid: 'c0',
    theatre: 'ukraine',
    timeline: 'record',
  };
  const assessed = { ...rated, basis: 'assessed' };
  test.each<[string, EventJson]>([
    ['basis', { basis: 'hypothetical' }],
    ['observedtime', { observedtime: '2026-01-05T00:00:00Z' }],
    ['timeprecision', { timeprecision: 'month' }],
    ['reporter', { reporter: 'KCNA' }],
    ['reporterkind', { reporterkind: 'media' }],
    ['reporturl', { reporturl: 'https://example.org/2' }],
    ['reliability', { reliability: 'F' }],
    ['credibility', { credibility: 6 }],
    ['archivedurl', { archivedurl: 'https://archive.example.org/2' }],
    ['contenthash', { contenthash: `sha256:${'1'.repeat(64)}` }],
    ['claim', { claim: 'denial' }],
    ['note', { note: 'and more' }],
    ['correlationid', { correlationid: 'c2' }],
    ['causationid', { causationid: 'c2' }],
    ['theatre', { theatre: 'korea' }],
    ['timeline', { timeline: 'what-if' }],
  ])('another %s, or none where there was one', (name, change) => {
    const conflicts = (one: EventJson, other: EventJson) =>
      given(deployed('alpha'), deployed('bravo'), one)
        .when(other)
        .thenRefused('conflict', /seq 3.*event\.corrected/);
    conflicts(rated, { ...rated, ...change });
    if (name !== 'basis') conflicts({ ...assessed, ...change }, without(assessed, name));
  });

  test('lists in another order are another payload', () => {
    const observed = (topics: readonly string[]) => ({
      ...fact('dissent.observed', null, { topics, scope: 'act' }),
      id: 'd',
      time: at,
    });
    given(observed(['a', 'b']))
      .when(observed(['b', 'a']))
      .thenRefused('conflict');
  });

  test('a default written out is another payload', () => {
    const ended = (data: object) => ({
      ...fact('war.ended', null, { variant: 'ceasefire', ...data }),
      id: 'w',
      time: at,
    });
    given(ended({}))
      .when(ended({ foreignTroopsBarred: false }))
      .thenRefused('conflict');
  });

  test('and does not take the identity over', () => {
    const roll = setting();
    roll.when({ ...first, data: { strength: 6 } }).thenRefused('conflict');
    roll.when(first).thenDuplicateOf(3);
  });
});

describe('in every view', () => {
  const log = [
    deployed('alpha'),
    { ...deployed('alpha'), id: 'e1', time: dayOf(1) },
    { ...deployed('alpha', 5), id: 'e1', time: dayOf(9) },
    { ...fact('contingent.committed', 'alpha', {}), time: dayOf(30) },
    bytesOfText('nonsense'),
    retracted('nothing'),
    { type: 'contingent.vanished', data: {} },
    { ...deployed('alpha'), time: dayOf(31) },
  ];
  const formal = [
    [3, 'conflict'],
    [5, 'malformed'],
    [6, 'unknown-target'],
    [7, 'unknown-type'],
  ];

  test.each([
    ['now', {}, 2, [...formal, [8, 'already-exists']]],
    ['as of the 2nd day', asOf(2), 1, formal],
    ['as known on the 2nd day', asKnown(2), 1, formal],
    ['as known before anything', { asKnownMs: 0 }, 0, formal],
    ['as of and as known', { ...asOf(2), ...asKnown(40) }, 1, formal],
  ])('duplicates count and refusals of form are listed: %s', async (_name, view, accepted, refusals) => {
    const roll = await rollOf(log, view);
    expect(roll.counts).toEqual({ accepted, refused: refusals.length, duplicates: 1, retracted: 0 });
    expect(roll.refusals.map(({ seq, code }) => [seq, code])).toEqual(refusals);
    expect(roll.seq).toBe(8);
  });
});

test('the refusal of a conflict names what differs, where the first of the two is at hand', () => {
  const home = { theatre: 'ukraine', timeline: 'record' };
  const data = { strength: 1, kind: 'infantry', origin: '11th Corps' };
  const first = fact('contingent.deployed', 'alpha', data, {
    basis: 'reported',
    reliability: 'B',
    credibility: 2,
  });
  const named = (change: EventJson) => {
    const bytes = bytesOf(written(1, first));
    const second = { bytes: bytesOf(written(1, { ...first, ...change })), home };
    const settlement = new Settlement();
    settlement.take({ seq: 1, bytes, home });
    const conflict = settlement.take({ seq: 2, ...second });
    if (conflict.kind !== 'refused') throw new Error(`Not refused: ${conflict.kind}`);
    return conflictNamed(conflict.refusal, { seq: 1, bytes }, second).message;
  };
  const sentence = (what: string) =>
    `source /tests/examples, id e1 stands at seq 1 with another ${what}; event.corrected changes that event (time, data, attributes), a new fact needs a new id`;
  expect(named({ reliability: 'F', credibility: 6 })).toBe(sentence('reliability, credibility'));
  expect(named({ time: dayOf(2) })).toBe(sentence('time'));
  expect(named({ observedtime: dayOf(2), timeline: 'record' })).toBe(sentence('observedtime'));
  expect(named({ subject: 'bravo', data: { ...data, strength: 5 } })).toBe(sentence('subject, payload'));
});

test('the first of two takes the identity even in a view that holds only the second', async () => {
  const late = { ...deployed('alpha'), id: 'x', time: at, observedtime: dayOf(50) };
  const early = { ...deployed('alpha'), id: 'x', time: at, observedtime: dayOf(2) };
  const roll = await rollOf([late, early], asKnown(10));
  expect(roll.contingents).toEqual([]);
  expect(roll.counts).toEqual({ accepted: 0, refused: 1, duplicates: 0, retracted: 0 });
});
