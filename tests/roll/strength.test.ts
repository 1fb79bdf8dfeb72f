import { describe, expect, test } from 'vitest';
import { deployed, fact, given, rollOf, warEnded } from '../support/roll-scenario.ts';

const WHOLE = { low: 900, best: 1000, high: 1200 };
const casualties = (data: { killed?: number; missing?: number; wounded?: number }) =>
  fact('casualty.recorded', 'alpha', data);

describe('deployment', () => {
  test('comes from outside into the war', () => {
    given()
      .when(deployed('alpha', WHOLE))
      .thenMoves(['alpha', null, 'deployed.staging', 'inflow → deployed: 1000']);
  });

  test.each(['staging', 'committed', 'rear'])('in the posture %s', (posture) => {
    given()
      .when(deployed('alpha', WHOLE, { posture }))
      .thenMoves(['alpha', null, `deployed.${posture}`, 'inflow → deployed: 1000']);
  });

  test('after the war nothing is decided, whatever the posture', () => {
    given(warEnded())
      .when(deployed('alpha', WHOLE, { posture: 'committed' }))
      .thenMoves(['alpha', null, 'warEnded', 'inflow → war-ended: 1000']);
  });

  test('once the war has resumed it is a deployment again', () => {
    given(warEnded(), fact('war.resumed', null, {}))
      .when(deployed('alpha'))
      .thenMoves(['alpha', null, 'deployed.staging', 'inflow → deployed: 1000']);
  });
});

describe('reinforcement', () => {
  test('comes from outside into the pathway of the contingent', async () => {
    const more = fact('contingent.reinforced', 'alpha', { strength: { low: 10, best: 20, high: 30 } });
    const { given: roll } = given(deployed('alpha', WHOLE), warEnded())
      .when(more)
      .thenMoves(['alpha', 'warEnded', 'warEnded', 'inflow → war-ended: 20']);
    expect(roll.fold.contingents.get('alpha')?.context.strength).toEqual({
      low: 910,
      best: 1020,
      high: 1230,
    });
    expect((await rollOf([deployed('alpha', WHOLE), more])).inflow).toEqual({
      low: 910,
      best: 1020,
      high: 1230,
    });
  });

  test('reaches nobody on the way home', () => {
    given(deployed('alpha'), fact('contingent.repatriated', 'alpha', {}))
      .when(fact('contingent.reinforced', 'alpha', { strength: 5 }))
      .thenRefused('not-allowed');
  });
});

describe('casualties', () => {
  test('killed and missing leave, the wounded stay', () => {
    const { given: roll } = given(deployed('alpha', WHOLE))
      .when(casualties({ killed: 30, missing: 20, wounded: 500 }))
      .thenMoves([
        'alpha',
        'deployed.staging',
        'deployed.staging',
        'deployed → killed: 30',
        'deployed → missing: 20',
      ]);
    expect(roll.fold.contingents.get('alpha')?.context).toMatchObject({
      strength: { low: 850, best: 950, high: 1150 },
      killed: 30,
      missing: 20,
      wounded: 500,
    });
  });

  test('wounded only move nobody, be they more than there are', () => {
    given(deployed('alpha', 10))
      .when(casualties({ wounded: 11 }))
      .thenMoves(['alpha', 'deployed.staging', 'deployed.staging']);
  });

  test('when nobody is left the contingent is closed, and keeps count of its losses', () => {
    const { given: roll } = given(deployed('alpha', WHOLE), casualties({ killed: 100, wounded: 7 }))
      .when(casualties({ killed: 600, missing: 300 }))
      .thenMoves([
        'alpha',
        'deployed.staging',
        'closed',
        'deployed → killed: 600',
        'deployed → missing: 300',
      ]);
    expect(roll.fold.contingents.get('alpha')?.context).toMatchObject({
      strength: { low: 0, best: 0, high: 0 },
      killed: 700,
      missing: 300,
      wounded: 7,
    });
  });

  test('the last one can be lost, not one more', () => {
    given(deployed('alpha', 1))
      .when(casualties({ killed: 2 }))
      .thenRefused('conservation');
    expect(
      given(deployed('alpha', 1))
        .when(casualties({ missing: 1 }))
        .given.state('alpha'),
    ).toBe('closed');
  });

  test('prisoners and deserters die too', () => {
    given(deployed('alpha', 10), fact('contingent.captured', 'alpha', { by: 'UA' }))
      .when(casualties({ killed: 1 }))
      .thenMoves(['alpha', 'captured', 'captured', 'captured → killed: 1']);
  });
});

describe('reassessment', () => {
  const reassessed = (strength: unknown) =>
    fact('strength.reassessed', 'alpha', { strength, reason: 'imagery' });
  const unaccounted = (strength: unknown) =>
    given(deployed('alpha', WHOLE), reassessed(strength)).fold.readModel.distribution.unaccounted;

  test('down: those who are not there are unaccounted for', () => {
    given(deployed('alpha', WHOLE))
      .when(reassessed({ low: 700, best: 800, high: 900 }))
      .thenMoves(['alpha', 'deployed.staging', 'deployed.staging', 'deployed → unaccounted: 200']);
    expect(unaccounted(800)).toBe(200);
  });

  test('up: more are there than came, so unaccounted goes below zero', () => {
    given(deployed('alpha', WHOLE))
      .when(reassessed(1300))
      .thenMoves(['alpha', 'deployed.staging', 'deployed.staging', 'unaccounted → deployed: 300']);
    expect(unaccounted(1300)).toBe(-300);
  });

  test('the same best with another range posts nothing and keeps the range', () => {
    const { given: roll } = given(deployed('alpha', WHOLE))
      .when(reassessed({ low: 990, best: 1000, high: 1010 }))
      .thenMoves(['alpha', 'deployed.staging', 'deployed.staging']);
    expect(roll.fold.contingents.get('alpha')?.context).toMatchObject({
      strength: { low: 990, best: 1000, high: 1010 },
      unaccounted: 0,
    });
  });

  test('one after another add up, in the contingent and on the roll', () => {
    const roll = given(deployed('alpha', WHOLE), reassessed(900), reassessed(950), reassessed(700));
    expect(roll.fold.contingents.get('alpha')?.context.unaccounted).toBe(300);
    expect(roll.fold.readModel.distribution.unaccounted).toBe(300);
  });
});

describe('a merge', () => {
  const merged = fact('contingent.merged', 'alpha', { absorbed: 'bravo' });

  test('takes the other in whole and closes it, without a posting', () => {
    const { given: roll } = given(
      deployed('alpha', WHOLE),
      deployed('bravo', { low: 80, best: 100, high: 130 }),
      fact('casualty.recorded', 'bravo', { killed: 5, missing: 1, wounded: 9 }),
      fact('contingent.committed', 'bravo', {}),
    )
      .when(merged)
      .thenMoves(
        ['alpha', 'deployed.staging', 'deployed.staging'],
        ['bravo', 'deployed.committed', 'closed'],
      );
    expect(roll.fold.contingents.get('alpha')?.context).toMatchObject({
      strength: { low: 974, best: 1094, high: 1324 },
      killed: 0,
    });
    expect(roll.fold.contingents.get('bravo')?.context).toMatchObject({
      strength: { low: 0, best: 0, high: 0 },
      killed: 5,
      missing: 1,
      wounded: 9,
    });
    expect(roll.fold.readModel.distribution.losses).toEqual({ killed: 5, missing: 1, wounded: 9 });
    expect(roll.fold.readModel.distribution.pathways().deployed).toEqual({
      low: 974,
      best: 1094,
      high: 1324,
      contingents: 1,
    });
  });

  test('may take back a part', () => {
    const roll = given(
      deployed('alpha', WHOLE),
      fact('contingent.detached', 'alpha', { detachment: { id: 'bravo', strength: 100 } }),
      merged,
    );
    expect(roll.fold.contingents.get('alpha')?.context.strength).toEqual(WHOLE);
  });

  test('is not made twice', () => {
    given(deployed('alpha'), deployed('bravo'), merged).when(merged).thenRefused('final', /bravo/);
  });
});
