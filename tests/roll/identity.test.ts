import { describe, expect, test } from 'vitest';
import { bytesOfText } from '../support/examples.ts';
import { asKnown, asOf, dayOf, deployed, fact, given, retracted, rollOf } from '../support/roll-scenario.ts';

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

  test('with another envelope: note, basis, rating, observedtime', () => {
    given(first)
      .when({
        ...first,
        note: 'again',
        basis: 'reported',
        reliability: 'F',
        credibility: 6,
        observedtime: '2025-02-01T00:00:00Z',
      })
      .thenDuplicateOf(1);
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

test('the first of two takes the identity even in a view that holds only the second', async () => {
  const late = { ...deployed('alpha'), id: 'x', time: at, observedtime: dayOf(50) };
  const early = { ...deployed('alpha'), id: 'x', time: at, observedtime: dayOf(2) };
  const roll = await rollOf([late, early], asKnown(10));
  expect(roll.contingents).toEqual([]);
  expect(roll.counts).toEqual({ accepted: 0, refused: 0, duplicates: 1, retracted: 0 });
});
