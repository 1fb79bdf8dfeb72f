import { describe, expect, test } from 'vitest';
import { Distribution } from '../../src/readmodels/distribution.ts';
import { Flows } from '../../src/readmodels/flows.ts';
import { deployed, fact, given, rollOf, warEnded } from '../support/roll-scenario.ts';

const home = fact('contingent.repatriated', 'alpha', {});
const arrived = fact('contingent.arrived', 'alpha', {});
const cleared = fact('contingent.screened', 'alpha', { outcome: 'cleared' });
const back = fact('contingent.redeployed', 'alpha', {});
const lost = fact('casualty.recorded', 'alpha', { killed: 10 });

const flowsOf = async (...events: Parameters<typeof rollOf>[0]) =>
  (await rollOf(events)).flows.map(({ from, to, persons }) => `${from} → ${to}: ${persons}`);

describe('flows', () => {
  test('add up', async () => {
    expect(await flowsOf(deployed('alpha', 100), deployed('bravo', 50))).toEqual(['inflow → deployed: 150']);
  });

  test('there and back again are none', async () => {
    expect(await flowsOf(deployed('alpha', 100), home, arrived, cleared, back)).toEqual([
      'inflow → deployed: 100',
    ]);
  });

  test('are told in their net direction', async () => {
    expect(await flowsOf(deployed('alpha', 100), home, arrived, cleared, lost, back)).toEqual([
      'deployed → repatriated: 10',
      'inflow → deployed: 100',
      'repatriated → killed: 10',
    ]);
    const reinforced = fact('contingent.reinforced', 'alpha', { strength: 30 });
    expect(
      await flowsOf(deployed('alpha', 100), warEnded(), reinforced, fact('war.resumed', null, {})),
    ).toEqual(['inflow → deployed: 100', 'inflow → war-ended: 30', 'war-ended → deployed: 30']);
  });

  test('within a pathway there are none', async () => {
    expect(await flowsOf(deployed('alpha', 100), fact('contingent.committed', 'alpha', {}))).toEqual([
      'inflow → deployed: 100',
    ]);
  });
});

describe('what a checkpoint keeps', () => {
  const roll = given(deployed('alpha', 100), home, arrived, cleared, lost, back);
  const { distribution, flows } = roll.fold.readModel;
  const more = (): void => {
    roll.and(warEnded());
  };

  test('is the same when it is restored, and goes on alone', () => {
    const [restored, same] = [Flows.restore(flows.dump()), Distribution.restore(distribution.dump())];
    const before = { flows: flows.list(), dump: structuredClone(distribution.dump()) };
    expect(restored.list()).toEqual(before.flows);
    expect(same.dump()).toEqual(before.dump);
    expect(same.balance).toBe(0);
    more();
    expect(flows.list()).not.toEqual(before.flows);
    expect(restored.list()).toEqual(before.flows);
    expect(same.dump()).toEqual(before.dump);
  });
});
