import { describe, expect, test } from 'vitest';
import type { EventType } from '../../events/catalogue.ts';
import type { EventJson } from '../support/examples.ts';
import { deployed, fact, type Given, given, type PostingText, warEnded } from '../support/roll-scenario.ts';

const WHOLE = { low: 900, best: 1000, high: 1200 };
const PART = { low: 80, best: 100, high: 130 };
const detachment = { id: 'bravo', strength: PART };

const on = (type: EventType, data: EventJson = {}) => fact(type, 'alpha', data);
const over = [warEnded()];
const atHome = [on('contingent.repatriated'), on('contingent.arrived')];
const settled = [...atHome, on('contingent.screened', { outcome: 'cleared' })];
const garrison = [
  ...over,
  on('contingent.garrisoned', { role: 'monitoring', area: 'here', territory: 'russia' }),
];
const serving = [...over, on('contingent.integrated', { status: 'formal', region: 'kursk' })];
const company = [
  ...over,
  on('contingent.pmc-transferred', { leadership: 'russian', company: 'A', region: 'sahel' }),
];
const atLarge = [on('contingent.defected')];

/** Every moving type: what leads to a state that takes it, its payload, and where the part comes from and to. */
const moving: readonly (readonly [
  type: EventType,
  events: readonly EventJson[],
  data: EventJson,
  from: string,
  to: string,
  posting?: PostingText,
])[] = [
  ['contingent.committed', [], {}, 'deployed.staging', 'deployed.committed'],
  ['contingent.withdrawn', [], {}, 'deployed.staging', 'deployed.rear'],
  [
    'contingent.repatriated',
    [],
    {},
    'deployed.staging',
    'repatriated.inTransit',
    'deployed → repatriated: 100',
  ],
  [
    'contingent.arrived',
    [on('contingent.repatriated')],
    {},
    'repatriated.inTransit',
    'repatriated.screening',
  ],
  [
    'contingent.screened',
    atHome,
    { outcome: 'punishment' },
    'repatriated.screening',
    'reEducated.punished',
    'repatriated → re-educated: 100',
  ],
  ['contingent.honoured', settled, {}, 'repatriated.settled', 'repatriated.honoured'],
  ['contingent.reassigned', settled, {}, 'repatriated.settled', 'repatriated.settled'],
  [
    'contingent.re-educated',
    settled,
    {},
    'repatriated.settled',
    'reEducated.programme',
    'repatriated → re-educated: 100',
  ],
  [
    'contingent.punished',
    [...settled, on('contingent.re-educated')],
    {},
    'reEducated.programme',
    'reEducated.punished',
  ],
  [
    'contingent.released',
    [...settled, on('contingent.re-educated')],
    {},
    'reEducated.programme',
    'repatriated.settled',
    're-educated → repatriated: 100',
  ],
  [
    'contingent.redeployed',
    settled,
    {},
    'repatriated.settled',
    'deployed.staging',
    'repatriated → deployed: 100',
  ],
  [
    'contingent.garrisoned',
    over,
    { role: 'monitoring', area: 'here', territory: 'russia' },
    'warEnded',
    'garrisoned.stationed',
    'war-ended → garrisoned: 100',
  ],
  ['contingent.retasked', garrison, { area: 'there' }, 'garrisoned.stationed', 'garrisoned.stationed'],
  [
    'contingent.integrated',
    over,
    { status: 'formal', region: 'kursk' },
    'warEnded',
    'integrated.serving',
    'war-ended → integrated: 100',
  ],
  ['contingent.relocated', serving, { region: 'ural' }, 'integrated.serving', 'integrated.serving'],
  ['contingent.dispatched', serving, { region: 'sahel' }, 'integrated.serving', 'integrated.proxyDeployed'],
  [
    'contingent.recalled',
    [...serving, on('contingent.dispatched', { region: 'sahel' })],
    { region: 'ural' },
    'integrated.proxyDeployed',
    'integrated.serving',
  ],
  [
    'contingent.pmc-transferred',
    over,
    { leadership: 'russian', company: 'A', region: 'sahel' },
    'warEnded',
    'pmcTransferred.russianLed',
    'war-ended → pmc-transferred: 100',
  ],
  [
    'contingent.leadership-changed',
    company,
    { leadership: 'north-korean', sponsor: 'S' },
    'pmcTransferred.russianLed',
    'pmcTransferred.northKoreanLed',
  ],
  ['contingent.defected', [], {}, 'deployed.staging', 'defected.atLarge', 'deployed → defected: 100'],
  [
    'contingent.recaptured',
    atLarge,
    { by: 'russia' },
    'defected.atLarge',
    'repatriated.inTransit',
    'defected → repatriated: 100',
  ],
  ['contingent.asylum-sought', atLarge, { host: 'KR' }, 'defected.atLarge', 'defected.inThirdCountry'],
  [
    'contingent.asylum-granted',
    [...atLarge, on('contingent.asylum-sought', { host: 'KR' })],
    {},
    'defected.inThirdCountry',
    'resettled',
  ],
  [
    'contingent.asylum-refused',
    [...atLarge, on('contingent.asylum-sought', { host: 'KR' })],
    {},
    'defected.inThirdCountry',
    'repatriated.inTransit',
    'defected → repatriated: 100',
  ],
  ['contingent.captured', [], { by: 'UA' }, 'deployed.staging', 'captured', 'deployed → captured: 100'],
  [
    'contingent.exchanged',
    [on('contingent.captured', { by: 'UA' })],
    {},
    'captured',
    'repatriated.inTransit',
    'captured → repatriated: 100',
  ],
];

const strengthOf = (roll: Given, id: string) => roll.fold.contingents.get(id)?.context.strength;

for (const [type, events, data, from, to, posting] of moving) {
  describe(`${type} with a detachment`, () => {
    const setting = () => given(deployed('alpha', WHOLE), ...events);

    test('moves the part alone, out of the state of the whole', () => {
      const answer = setting().when(on(type, { ...data, detachment }));
      expect(answer.moves()).toEqual([
        ['alpha', from, from],
        ['bravo', null, from],
        ['bravo', from, to, ...(posting === undefined ? [] : [posting])],
      ]);
      expect(strengthOf(answer.given, 'alpha')).toEqual({ low: 770, best: 900, high: 1120 });
      expect(strengthOf(answer.given, 'bravo')).toEqual(PART);
      expect(answer.given.fold.readModel.distribution.balance).toBe(0);
    });

    test('moves the whole without one', () => {
      const whole = posting === undefined ? [] : [posting.replace(': 100', ': 1000')];
      expect(setting().when(on(type, data)).moves()).toEqual([['alpha', from, to, ...whole]]);
    });
  });
}

test('there are twenty-six moving types', () => {
  expect(new Set(moving.map(([type]) => type)).size).toBe(26);
});

test('when the part cannot move it does not leave either', () => {
  const { given: roll } = given(deployed('alpha', WHOLE))
    .when(on('contingent.arrived', { detachment }))
    .thenRefused('not-allowed');
  expect(roll.state('bravo')).toBeUndefined();
  roll
    .when(on('contingent.detached', { detachment }))
    .thenMoves(['alpha', 'deployed.staging', 'deployed.staging'], ['bravo', null, 'deployed.staging']);
});

describe('what a part takes along', () => {
  const roll = given(
    deployed('alpha', WHOLE, { area: 'kursk', background: 'infantry', reliability: 'reliable' }),
    on('casualty.recorded', { killed: 10, missing: 5, wounded: 50 }),
    on('strength.reassessed', { strength: WHOLE, reason: 'imagery' }),
    on('contingent.committed', { area: 'front', detachment }),
    on('contingent.detached', {
      detachment: { id: 'charlie', strength: 50, background: 'engineers', reliability: 'suspect' },
    }),
  );
  const contextOf = (id: string) => roll.fold.contingents.get(id)?.context;

  test('where the whole stands, with the event on top, while the whole stays where it was', () => {
    expect(contextOf('bravo')).toMatchObject({
      kind: 'infantry',
      origin: '11th Corps',
      area: 'front',
      background: 'infantry',
      reliability: 'reliable',
    });
    expect(contextOf('alpha')).toMatchObject({ area: 'kursk', reliability: 'reliable' });
  });

  test('its own background and reliability, where the detachment names them', () => {
    expect(contextOf('charlie')).toMatchObject({
      area: 'kursk',
      background: 'engineers',
      reliability: 'suspect',
    });
    expect(contextOf('alpha')).toMatchObject({ background: 'infantry', reliability: 'reliable' });
  });

  test('none of the losses, and the name of the whole', () => {
    const none = { killed: 0, missing: 0, wounded: 0, unaccounted: 0, parent: 'alpha' };
    expect(contextOf('bravo')).toMatchObject(none);
    expect(contextOf('charlie')).toMatchObject(none);
    expect(contextOf('alpha')).toMatchObject({
      killed: 10,
      missing: 5,
      wounded: 50,
      unaccounted: -15,
      parent: null,
    });
  });
});

test('the reliability of the part, not of the whole, decides whether the part is honoured', () => {
  const honoured = (reliability: string) =>
    on('contingent.screened', { outcome: 'honoured', detachment: { ...detachment, reliability } });
  const home = (reliability: string) => given(deployed('alpha', WHOLE, { reliability }), ...atHome);
  home('reliable')
    .when(honoured('suspect'))
    .thenRefused('not-allowed', /isNotSuspect/);
  expect(home('suspect').when(honoured('mixed')).given.state('bravo')).toBe('repatriated.honoured');
});

test('a part has parts of its own', () => {
  const roll = given(
    deployed('alpha', WHOLE),
    on('contingent.detached', { detachment }),
    fact('contingent.detached', 'bravo', { detachment: { id: 'charlie', strength: 1 } }),
  );
  expect(roll.fold.contingents.get('charlie')?.context.parent).toBe('bravo');
  expect(strengthOf(roll, 'bravo')).toEqual({ low: 79, best: 99, high: 129 });
});
