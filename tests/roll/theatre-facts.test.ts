import { describe, expect, test } from 'vitest';
import { deployed, fact, given, warEnded } from '../support/roll-scenario.ts';

const garrisoned = (id: string, area: string, more = {}) =>
  fact('contingent.garrisoned', id, { role: 'monitoring', area, territory: 'russia', ...more });
const flared = (area: string) => fact('tension.flared', null, { area });
const eased = (area: string) => fact('tension.eased', null, { area });
const resumed = fact('war.resumed', null, {});

describe('the end of the war', () => {
  test('leaves every deployed contingent undecided, and touches nobody else', () => {
    given(
      deployed('staging', 100),
      deployed('committed', 200, { posture: 'committed' }),
      deployed('rear', 300, { posture: 'rear' }),
      deployed('home', 400),
      fact('contingent.repatriated', 'home', {}),
      deployed('prisoners', 5),
      fact('contingent.captured', 'prisoners', { by: 'UA' }),
    )
      .when(warEnded())
      .thenMoves(
        ['staging', 'deployed.staging', 'warEnded', 'deployed → war-ended: 100'],
        ['committed', 'deployed.committed', 'warEnded', 'deployed → war-ended: 200'],
        ['rear', 'deployed.rear', 'warEnded', 'deployed → war-ended: 300'],
      );
  });

  test('reaches detached parts', () => {
    given(
      deployed('alpha', 100),
      fact('contingent.detached', 'alpha', { detachment: { id: 'bravo', strength: 40 } }),
    )
      .when(warEnded())
      .thenMoves(
        ['alpha', 'deployed.staging', 'warEnded', 'deployed → war-ended: 60'],
        ['bravo', 'deployed.staging', 'warEnded', 'deployed → war-ended: 40'],
      );
  });

  test('moves nobody on an empty roll, and is accepted', () => {
    const { given: roll } = given()
      .when(warEnded({ foreignTroopsBarred: true }))
      .thenMoves();
    expect(roll.fold.phase).toEqual({ name: 'ended', variant: 'ceasefire', foreignTroopsBarred: true });
  });

  test('may change without moving anybody', () => {
    const changed = fact('war.ending-changed', null, { variant: 'ceasefire', foreignTroopsBarred: true });
    const { given: roll } = given(deployed('alpha'), warEnded()).when(changed).thenMoves();
    expect(roll.fold.phase).toEqual({ name: 'ended', variant: 'ceasefire', foreignTroopsBarred: true });
    roll.when(changed).thenRefused('not-allowed');
  });
});

describe('hostilities that resume', () => {
  test('bring the undecided back to staging and garrisons to the front line', () => {
    given(
      deployed('alpha', 100, { posture: 'rear' }),
      deployed('bravo', 200),
      warEnded(),
      garrisoned('bravo', 'border'),
    )
      .when(resumed)
      .thenMoves(
        ['alpha', 'warEnded', 'deployed.staging', 'war-ended → deployed: 100'],
        ['bravo', 'garrisoned.stationed', 'garrisoned.flareUp'],
      );
  });

  test('end again, and the garrisons stand down', () => {
    given(deployed('alpha', 100), warEnded(), garrisoned('alpha', 'border'), resumed)
      .when(warEnded())
      .thenMoves(['alpha', 'garrisoned.flareUp', 'garrisoned.stationed']);
  });

  test('let a garrison go into the fighting', () => {
    given(deployed('alpha', 100), warEnded(), garrisoned('alpha', 'border'), resumed)
      .when(fact('contingent.committed', 'alpha', {}))
      .thenMoves(['alpha', 'garrisoned.flareUp', 'deployed.committed', 'garrisoned → deployed: 100']);
  });
});

describe('tension', () => {
  const garrisons = () =>
    given(
      deployed('alpha', 100),
      deployed('bravo', 200),
      warEnded(),
      garrisoned('alpha', 'border'),
      garrisoned('bravo', 'coast'),
      fact('contingent.detached', 'alpha', { detachment: { id: 'charlie', strength: 40 } }),
    );

  test('flares for the garrisons of the area and their parts, nobody else', () => {
    garrisons()
      .when(flared('border'))
      .thenMoves(
        ['alpha', 'garrisoned.stationed', 'garrisoned.flareUp'],
        ['charlie', 'garrisoned.stationed', 'garrisoned.flareUp'],
      );
  });

  test('is accepted where no garrison is, war or no war', () => {
    garrisons().when(flared('nowhere')).thenMoves();
    given(deployed('alpha', 100, { area: 'border' }))
      .when(flared('border'))
      .thenMoves();
    given().when(eased('border')).thenMoves();
  });

  test('eases for the garrisons of the area, when the war is over', () => {
    garrisons()
      .and(flared('border'), flared('coast'))
      .when(eased('border'))
      .thenMoves(
        ['alpha', 'garrisoned.flareUp', 'garrisoned.stationed'],
        ['charlie', 'garrisoned.flareUp', 'garrisoned.stationed'],
      );
  });

  test('eases for nobody while the war is on', () => {
    garrisons().and(resumed).when(eased('border')).thenMoves();
  });

  test('follows a garrison to its new area', () => {
    garrisons()
      .and(fact('contingent.retasked', 'alpha', { area: 'hills' }))
      .when(flared('hills'))
      .thenMoves(['alpha', 'garrisoned.stationed', 'garrisoned.flareUp']);
  });
});

describe('foreign troops barred', () => {
  const barred = () => given(deployed('alpha', 100), warEnded({ foreignTroopsBarred: true }));

  test('from occupied territory, not from other land', () => {
    barred()
      .when(garrisoned('alpha', 'luhansk', { territory: 'occupied' }))
      .thenRefused('not-allowed', /isTerritoryOpen/);
    for (const territory of ['russia', 'other']) {
      expect(
        barred()
          .when(garrisoned('alpha', 'a', { territory }))
          .given.state('alpha'),
      ).toBe('garrisoned.stationed');
    }
  });

  test('no longer, once the ending has changed', () => {
    expect(
      barred()
        .and(fact('war.ending-changed', null, { variant: 'ceasefire' }))
        .when(garrisoned('alpha', 'luhansk', { territory: 'occupied' }))
        .given.state('alpha'),
    ).toBe('garrisoned.stationed');
  });
});
