import { describe, expect, test } from 'vitest';
import { parseViewInstant } from '../../events/time.ts';
import type { View } from '../../src/roll/view.ts';
import type { EventJson } from '../support/examples.ts';
import { asKnown, asOf, dayOf, deployed, fact, rollOf, warEnded } from '../support/roll-scenario.ts';

/** Who is on the roll in a view, and in what state. */
async function states(log: readonly EventJson[], view: View = {}): Promise<Record<string, string>> {
  const { contingents } = await rollOf(log, view);
  return Object.fromEntries(contingents.map(({ id, state }) => [id, state]));
}

const asOfDay = (day: string): View => {
  const asOfMs = parseViewInstant(day);
  if (asOfMs === null) throw new Error(`${day} is no day`);
  return { asOfMs };
};

describe('now', () => {
  test('takes the log in its order, whatever the times', async () => {
    const log = [
      deployed('alpha'),
      { ...warEnded(), time: dayOf(20) },
      { ...deployed('bravo'), time: dayOf(2) },
    ];
    expect(await states(log)).toEqual({ alpha: 'warEnded', bravo: 'warEnded' });
  });
});

describe('as of a day', () => {
  const late = [
    { ...warEnded(), time: '2025-03-02T00:00:00Z' },
    { ...deployed('alpha'), time: '2025-03-01T23:59:59.999Z' },
  ];

  test('holds what had happened by then, the last millisecond of the day included', async () => {
    expect(await states(late, asOfDay('2025-02-28'))).toEqual({});
    expect(await states(late, asOfDay('2025-03-01'))).toEqual({ alpha: 'deployed.staging' });
  });

  test('takes it in the order in which it happened', async () => {
    expect(await states(late)).toEqual({ alpha: 'warEnded' });
    const roll = await rollOf(late, asOfDay('2025-03-02'));
    expect(roll.contingents.map(({ state }) => state)).toEqual(['warEnded']);
    expect(roll.flows).toContainEqual({ from: 'deployed', to: 'war-ended', persons: 1000 });
  });

  test('keeps the order of the log where the instant is the same', async () => {
    const same = [
      { ...deployed('alpha'), time: '2025-03-01T00:00:00Z' },
      { ...fact('contingent.withdrawn', 'alpha', {}), time: '2025-03-01T09:00:00+09:00' },
      { ...fact('contingent.committed', 'alpha', {}), time: '2025-03-01T00:00:00.0009Z' },
    ];
    expect(await states(same, asOfDay('2025-03-01'))).toEqual({ alpha: 'deployed.committed' });
    const { refusals } = await rollOf([...same].reverse(), asOfDay('2025-03-01'));
    expect(refusals.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('lists its refusals by their place in the log', async () => {
    const log = [
      { ...fact('contingent.committed', 'alpha', {}), time: dayOf(9) },
      { ...fact('contingent.committed', 'bravo', {}), time: dayOf(3) },
      { ...fact('contingent.committed', 'charlie', {}), time: dayOf(6) },
    ];
    const { refusals } = await rollOf(log, asOf(10));
    expect(refusals.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

describe('as known on a day', () => {
  const log = [
    { ...warEnded(), time: dayOf(5), observedtime: dayOf(5) },
    { ...deployed('alpha'), time: dayOf(1), observedtime: dayOf(9) },
    { ...deployed('bravo'), time: dayOf(1), observedtime: dayOf(2) },
  ];

  test('holds what had become known by then, in the order of the log', async () => {
    expect(await states(log, asKnown(1))).toEqual({});
    expect(await states(log, asKnown(4))).toEqual({ bravo: 'deployed.staging' });
    expect(await states(log, asKnown(8))).toEqual({ bravo: 'warEnded' });
    const roll = await rollOf(log, asKnown(8));
    expect(roll.flows).toEqual([{ from: 'inflow', to: 'war-ended', persons: 1000 }]);
    expect(await states(log, asKnown(9))).toEqual({ alpha: 'warEnded', bravo: 'warEnded' });
  });

  test('an event without observedtime was known when it happened', async () => {
    expect(await states([deployed('alpha')], asKnown(1))).toEqual({ alpha: 'deployed.staging' });
    expect(await states([deployed('alpha')], { asKnownMs: Date.parse(dayOf(1)) - 1 })).toEqual({});
  });

  test('with as of both filters hold, in the order of happening', async () => {
    const both = (day: number, known: number) => rollOf(log, { ...asOf(day), ...asKnown(known) });
    expect((await both(4, 9)).contingents.map(({ id, state }) => [id, state])).toEqual([
      ['alpha', 'deployed.staging'],
      ['bravo', 'deployed.staging'],
    ]);
    const roll = await both(5, 8);
    expect(roll.contingents.map(({ id }) => id)).toEqual(['bravo']);
    expect(roll.flows).toEqual([
      { from: 'deployed', to: 'war-ended', persons: 1000 },
      { from: 'inflow', to: 'deployed', persons: 1000 },
    ]);
  });
});

test('the roll tells the latest time of what a view accepted, as it was written', async () => {
  const log = [
    { ...deployed('alpha'), time: '2025-03-05T00:00:00+09:00' },
    { ...fact('milestone.reached', null, { kind: 'treaty' }), time: '2025-03-03T00:00:00Z' },
    { ...deployed('alpha'), time: '2025-04-01T00:00:00Z' },
  ];
  expect((await rollOf(log)).time).toBe('2025-03-05T00:00:00+09:00');
  expect((await rollOf(log, asOfDay('2025-03-03'))).time).toBe('2025-03-03T00:00:00Z');
  expect((await rollOf(log, asOfDay('2025-01-01'))).time).toBeNull();
  expect((await rollOf([])).time).toBeNull();
});
