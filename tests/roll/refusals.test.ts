import { describe, expect, test } from 'vitest';
import { REFUSAL_CODES } from '../../src/roll/outcome.ts';
import { bytesOfText, EVENT_TYPES, examples, readExample } from '../support/examples.ts';
import { corrected, deployed, fact, given, retracted, rollOf, warEnded } from '../support/roll-scenario.ts';

const committed = (id: string, data = {}) => fact('contingent.committed', id, data);
const casualties = (id: string, data = {}) => fact('casualty.recorded', id, { killed: 1, ...data });
const part = (id: string, strength: unknown = 100) => ({ detachment: { id, strength } });
const wipedOut = (id: string) => [deployed(id, 10), fact('casualty.recorded', id, { killed: 10 })];

describe('step 1: form', () => {
  test('what is no JSON is malformed', () => {
    given()
      .when(bytesOfText('{'))
      .thenRefused('malformed', /^\$: not JSON/);
  });

  test('a payload that does not fit is malformed, before anything else about it is wrong', () => {
    given()
      .when(committed('nobody', { aera: 'kursk' }))
      .thenRefused('malformed', /^\$\.data: unknown key "aera"$/);
    given(deployed('alpha'))
      .when(deployed('alpha', 0, { id: 'e1' }))
      .thenRefused('malformed');
  });

  test('a type that is not in the catalogue is unknown', () => {
    given().when({ type: 'contingent.vanished', data: {} }).thenRefused('unknown-type');
  });

  test('a long id is told in brief', async () => {
    const id = 'x'.repeat(300_000);
    const { refusals } = await rollOf([
      { ...deployed('alpha'), id },
      { ...deployed('bravo'), id },
    ]);

    expect(refusals).toHaveLength(1);
    expect(JSON.stringify(refusals).length).toBeLessThan(4_000);
  });

  test('neither registers an identity nor is a target', async () => {
    const roll = await rollOf([
      { type: 'contingent.vanished', id: 'x', data: {} },
      { ...committed('alpha', { aera: 'kursk' }), id: 'y' },
      { ...deployed('alpha'), id: 'x' },
      { ...deployed('bravo'), id: 'y' },
      retracted('z'),
    ]);
    expect(roll.refusals.map(({ seq, code }) => [seq, code])).toEqual([
      [1, 'unknown-type'],
      [2, 'malformed'],
      [5, 'unknown-target'],
    ]);
    expect(roll.contingents.map(({ id }) => id)).toEqual(['alpha', 'bravo']);
  });
});

describe('step 2: identity', () => {
  test('another event with an identity that was seen is a conflict, before the roll is asked', () => {
    given(deployed('alpha'))
      .when({ ...committed('nobody'), id: 'e1' })
      .thenRefused('conflict', /seq 1/);
  });

  test('the same id from another source is another identity', () => {
    given(deployed('alpha'))
      .when({ ...committed('alpha'), id: 'e1', source: '/elsewhere' })
      .thenMoves(['alpha', 'deployed.staging', 'deployed.committed']);
  });
});

describe('step 3: targets', () => {
  test('a correction of nothing has an unknown target', () => {
    given(deployed('alpha')).when(retracted('e9')).thenRefused('unknown-target', /e9/);
  });

  test('a correction is no target, and least of all its own', () => {
    const roll = given(deployed('alpha'));
    roll.when({ ...retracted('e1'), id: 'c1' });
    roll.when(retracted('c1')).thenRefused('unknown-target', /is a correction/);
    roll.when(corrected('c1', { time: '2025-01-01T00:00:00Z' })).thenRefused('unknown-target');
    roll.when({ ...retracted('c2'), id: 'c2' }).thenRefused('unknown-target');
  });

  test('the target is looked up before the payload is judged', () => {
    const data = { nonsense: true };
    given(deployed('alpha')).when(corrected('e9', { data })).thenRefused('unknown-target');
    given(deployed('alpha'))
      .when(corrected('e1', { data }))
      .thenRefused('malformed', /^\$\.data\.data.*contingent\.deployed/);
  });

  test.each([
    ['{"cause":"x","__proto__":{"a":1}}'],
    ['{"cause":"x","constructor":{"prototype":1}}'],
    ['{"cause":""}'],
  ])('a new payload as strict as the first: %s is malformed', (data) => {
    const event = JSON.stringify({
      specversion: '1.0',
      id: 'c',
      source: '/s',
      type: 'event.corrected',
      time: '2025-01-01T00:00:00Z',
      basis: 'assessed',
      data: { target: { source: '/s', id: 'w' }, reason: 'r', data: 'HERE' },
    }).replace('"HERE"', data);
    given(warEnded(), { ...fact('war.resumed', null, {}), source: '/s', id: 'w' })
      .when(bytesOfText(event))
      .thenRefused('malformed', /^\$\.data\.data/);
  });
});

describe('step 4: the theatre', () => {
  test('a war that is over does not end again', () => {
    given(warEnded())
      .when(warEnded({ variant: 'armistice' }))
      .thenRefused('not-allowed', /ended.*war\.ended/);
  });

  test('a war that is on neither resumes nor changes its ending', () => {
    given()
      .when(fact('war.resumed', null, {}))
      .thenRefused('not-allowed', /hostilities.*war\.resumed/);
    given()
      .when(fact('war.ending-changed', null, { variant: 'armistice' }))
      .thenRefused('not-allowed');
  });

  test('the same ending is no change, and the refusal names the guard', () => {
    given(warEnded())
      .when(fact('war.ending-changed', null, { variant: 'ceasefire' }))
      .thenRefused('not-allowed', /isAnotherEnding/);
  });

  test('a peace treaty is not resumable, and the refusal names the guard', () => {
    given(warEnded({ variant: 'peace-treaty' }))
      .when(fact('war.resumed', null, {}))
      .thenRefused('not-allowed', /isResumable/);
  });
});

describe('step 5: who is on the roll', () => {
  test('a contingent is deployed once, even if nothing is left of it', () => {
    given(deployed('alpha')).when(deployed('alpha')).thenRefused('already-exists', /alpha/);
    given(...wipedOut('alpha'))
      .when(deployed('alpha'))
      .thenRefused('already-exists');
  });

  const aboutContingents = EVENT_TYPES.filter(
    (type) => readExample(type).subject !== null && type !== 'contingent.deployed',
  );
  test.each(aboutContingents)('%s on nobody is unknown-contingent', (type) => {
    given(deployed('bravo'))
      .when(fact(type, 'alpha', examples[type]))
      .thenRefused('unknown-contingent', /alpha/);
  });

  test('an information fact about nobody in particular is accepted', () => {
    given()
      .when(fact('dissent.observed', null, examples['dissent.observed']))
      .thenMoves();
  });

  test('unknown-contingent comes before a detachment that exists', () => {
    given(deployed('bravo'))
      .when(committed('alpha', part('bravo')))
      .thenRefused('unknown-contingent');
  });
});

describe('step 6: finals', () => {
  const contingentTypes = EVENT_TYPES.filter(
    (type) => readExample(type).scope === 'contingent' && type !== 'contingent.deployed',
  );

  test.each(contingentTypes)('%s on a closed contingent is final', (type) => {
    given(...wipedOut('alpha'))
      .when(fact(type, 'alpha', examples[type]))
      .thenRefused('final', /closed/);
  });

  test('a resettled contingent is final too, and keeps its strength', () => {
    const roll = given(
      deployed('alpha', 10),
      fact('contingent.defected', 'alpha', {}),
      fact('contingent.asylum-sought', 'alpha', { host: 'KR' }),
      fact('contingent.asylum-granted', 'alpha', {}),
    );
    for (const type of contingentTypes) {
      roll.when(fact(type, 'alpha', examples[type])).thenRefused('final', /resettled/);
    }
    expect(roll.fold.contingents.get('alpha')?.context.strength.best).toBe(10);
  });

  test('final comes before a detachment that exists, casualties beyond strength and a merge with nobody', () => {
    const roll = given(...wipedOut('alpha'), deployed('bravo'));
    roll.when(committed('alpha', part('bravo'))).thenRefused('final');
    roll.when(casualties('alpha', { killed: 11 })).thenRefused('final');
    roll.when(fact('contingent.merged', 'alpha', { absorbed: 'nobody' })).thenRefused('final');
  });

  test('information facts on a final contingent are accepted', () => {
    for (const type of EVENT_TYPES.filter((name) => readExample(name).scope === 'information')) {
      given(...wipedOut('alpha'))
        .when(fact(type, 'alpha', examples[type]))
        .thenMoves();
    }
  });
});

describe('step 7: detachments', () => {
  test('a part that is on the roll already exists, before its size is looked at', () => {
    given(deployed('alpha'), deployed('bravo'))
      .when(committed('alpha', part('bravo', 5000)))
      .thenRefused('already-exists', /bravo/);
    given(deployed('alpha'))
      .when(committed('alpha', part('alpha')))
      .thenRefused('already-exists');
  });

  test('a part that is closed exists as well', () => {
    given(deployed('alpha'), ...wipedOut('bravo'))
      .when(committed('alpha', part('bravo')))
      .thenRefused('already-exists');
  });

  test.each([0, 1000, 1001, { low: 0, best: 0, high: 50 }])('a part of %j of 1000 is no part', (strength) => {
    given(deployed('alpha'))
      .when(committed('alpha', part('bravo', strength)))
      .thenRefused('conservation', /alpha/);
    given(deployed('alpha'))
      .when(fact('contingent.detached', 'alpha', part('bravo', strength)))
      .thenRefused('conservation');
  });

  test('its size comes before the transition that is not open', () => {
    const arrived = (strength: number) => fact('contingent.arrived', 'alpha', part('bravo', strength));
    given(deployed('alpha')).when(arrived(1000)).thenRefused('conservation');
    given(deployed('alpha'))
      .when(arrived(999))
      .thenRefused('not-allowed', /deployed\.staging/);
  });
});

describe('step 8: conservation and merges', () => {
  test('no more can be lost than are there', () => {
    given(deployed('alpha', 10))
      .when(casualties('alpha', { killed: 6, missing: 5 }))
      .thenRefused('conservation', /11.*10/);
  });

  test('of a merge the absorbed one must be there, then alive, then another one, then in the same pathway', () => {
    const merged = (absorbed: string) => fact('contingent.merged', 'alpha', { absorbed });
    const roll = given(
      deployed('alpha'),
      ...wipedOut('closed'),
      deployed('home'),
      fact('contingent.repatriated', 'home', {}),
    );
    roll.when(merged('nobody')).thenRefused('unknown-contingent', /nobody/);
    roll.when(merged('closed')).thenRefused('final', /closed/);
    roll.when(merged('alpha')).thenRefused('not-allowed', /itself/);
    roll.when(merged('home')).thenRefused('not-allowed', /repatriated/);
  });

  test('resettled and at large stand in one pathway, but resettled is final', () => {
    const defected = (id: string) => [deployed(id, 10), fact('contingent.defected', id, {})];
    given(
      ...defected('alpha'),
      ...defected('bravo'),
      fact('contingent.asylum-sought', 'bravo', { host: 'KR' }),
      fact('contingent.asylum-granted', 'bravo', {}),
    )
      .when(fact('contingent.merged', 'alpha', { absorbed: 'bravo' }))
      .thenRefused('final');
  });
});

describe('step 9: no transition', () => {
  test('the message has the state and the event', () => {
    given(deployed('alpha'))
      .when(fact('contingent.arrived', 'alpha', {}))
      .thenRefused('not-allowed', /alpha.*deployed\.staging.*contingent\.arrived/);
  });

  test('and the guard that refused', () => {
    given(deployed('alpha', 10, { reliability: 'suspect' }), warEnded())
      .and(fact('contingent.repatriated', 'alpha', {}), fact('contingent.arrived', 'alpha', {}))
      .when(fact('contingent.screened', 'alpha', { outcome: 'honoured' }))
      .thenRefused('not-allowed', /isNotSuspect/);
    given(deployed('alpha'), warEnded({ foreignTroopsBarred: true }))
      .when(fact('contingent.garrisoned', 'alpha', { role: 'monitoring', area: 'a', territory: 'occupied' }))
      .thenRefused('not-allowed', /isTerritoryOpen/);
    given(deployed('alpha'), warEnded())
      .when(
        fact('contingent.pmc-transferred', 'alpha', {
          leadership: 'north-korean',
          company: 'c',
          region: 'r',
        }),
      )
      .thenRefused('not-allowed', /isNorthKoreanLedWithSponsor/);
  });

  test('of a part the message names the part', () => {
    given(deployed('alpha'))
      .when(fact('contingent.arrived', 'alpha', part('bravo')))
      .thenRefused('not-allowed', /bravo is deployed\.staging/);
  });
});

test('every code of a refusal has been seen in a roll that a test above leads to', async () => {
  const roll = await rollOf([
    bytesOfText('nonsense'),
    { type: 'contingent.vanished', data: {} },
    deployed('alpha'),
    { ...deployed('bravo'), id: 'e3' },
    retracted('nothing'),
    fact('war.resumed', null, {}),
    deployed('alpha'),
    committed('nobody'),
    casualties('alpha', { killed: 1000 }),
    committed('alpha'),
    deployed('charlie'),
    casualties('charlie', { killed: 1001 }),
  ]);
  expect(roll.refusals.map(({ code }) => code)).toEqual([...REFUSAL_CODES]);
  expect(roll.counts).toEqual({ accepted: 3, refused: 9, duplicates: 0, retracted: 0 });
});
