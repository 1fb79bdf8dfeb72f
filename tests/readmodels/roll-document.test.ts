import { describe, expect, test } from 'vitest';
import { PATHWAYS } from '../../events/vocabulary.ts';
import { MACHINE_VERSION } from '../../src/readmodels/machine-version.ts';
import { distributionDocument, RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { ACCOUNTS } from '../../src/roll/accounts.ts';
import { Fold, foldLog } from '../../src/roll/fold.ts';
import {
  deployed,
  fact,
  given,
  kernels,
  logOf,
  retracted,
  rollOf,
  warEnded,
} from '../support/roll-scenario.ts';

const home = { theatre: 'ukraine', timeline: 'record' };
const log = [
  deployed('b-2', { low: 90, best: 100, high: 130 }),
  deployed('b', 50),
  deployed('b10', 10, { reliability: 'suspect' }),
  fact('casualty.recorded', 'b10', { killed: 6, missing: 4, wounded: 1 }),
  fact('contingent.detached', 'b-2', { detachment: { id: '0', strength: 30 } }),
  fact('contingent.defected', '0', {}),
  fact('strength.reassessed', 'b', { strength: 60, reason: 'imagery' }),
  fact('contingent.arrived', 'b', {}),
  warEnded(),
  retracted('nothing'),
];

const documentOf = async () => {
  const { fold, length } = await foldLog(
    kernels,
    () => logOf(log),
    {},
    () => new RollModel(),
  );
  return { roll: rollDocument(home, length, fold), distribution: distributionDocument(home, length, fold) };
};

describe('the roll document', () => {
  test('has its keys in the order of the contract', async () => {
    const { roll } = await documentOf();
    expect(Object.keys(roll)).toEqual([
      'theatre',
      'timeline',
      'seq',
      'time',
      'machineVersion',
      'phase',
      'pathways',
      'losses',
      'unaccounted',
      'inflow',
      'balance',
      'counts',
      'contingents',
      'flows',
      'refusals',
    ]);
    expect(Object.keys(roll.phase)).toEqual(['name', 'variant', 'foreignTroopsBarred']);
    expect(Object.keys(roll.losses)).toEqual(['killed', 'missing', 'wounded']);
    expect(Object.keys(roll.inflow)).toEqual(['low', 'best', 'high']);
    expect(Object.keys(roll.counts)).toEqual(['accepted', 'refused', 'duplicates', 'retracted']);
    for (const contingent of roll.contingents) {
      expect(Object.keys(contingent)).toEqual([
        'id',
        'state',
        'pathway',
        'strength',
        'killed',
        'missing',
        'wounded',
        'unaccounted',
        'parent',
        'reliability',
      ]);
    }
    for (const flow of roll.flows) expect(Object.keys(flow)).toEqual(['from', 'to', 'persons']);
    for (const refusal of roll.refusals) {
      expect(Object.keys(refusal)).toEqual(['seq', 'id', 'type', 'subject', 'code', 'message']);
    }
  });

  test('has all nine pathways, always, in their order', async () => {
    const { roll } = await documentOf();
    expect(Object.keys(roll.pathways)).toEqual([...PATHWAYS]);
    const empty = await rollOf([]);
    expect(Object.entries(empty.pathways)).toEqual(
      PATHWAYS.map((pathway) => [pathway, { low: 0, best: 0, high: 0, contingents: 0 }]),
    );
    for (const strength of Object.values(roll.pathways)) {
      expect(Object.keys(strength)).toEqual(['low', 'best', 'high', 'contingents']);
    }
  });

  test('of an empty log says that the war is on and nothing happened', async () => {
    expect(await rollOf([])).toMatchObject({
      theatre: null,
      timeline: null,
      seq: 0,
      time: null,
      phase: { name: 'hostilities' },
      losses: { killed: 0, missing: 0, wounded: 0 },
      unaccounted: 0,
      inflow: { low: 0, best: 0, high: 0 },
      balance: 0,
      counts: { accepted: 0, refused: 0, duplicates: 0, retracted: 0 },
      contingents: [],
      flows: [],
      refusals: [],
    });
  });

  test('says where it belongs, how long the log is, and what happened last', async () => {
    const { roll } = await documentOf();
    expect(roll).toMatchObject({
      ...home,
      seq: 10,
      time: '2025-01-09T00:00:00.000Z',
      machineVersion: MACHINE_VERSION,
      phase: { name: 'ended', variant: 'ceasefire', foreignTroopsBarred: false },
      counts: { accepted: 8, refused: 2, duplicates: 0, retracted: 0 },
    });
  });

  test('lists contingents by id in code-unit order, the closed one in no pathway', async () => {
    const { roll } = await documentOf();
    expect(roll.contingents.map(({ id, state, pathway, parent }) => [id, state, pathway, parent])).toEqual([
      ['0', 'defected.atLarge', 'defected', 'b-2'],
      ['b', 'warEnded', 'war-ended', null],
      ['b-2', 'warEnded', 'war-ended', null],
      ['b10', 'closed', null, null],
    ]);
    expect(roll.contingents.find(({ id }) => id === 'b10')).toEqual({
      id: 'b10',
      state: 'closed',
      pathway: null,
      strength: { low: 0, best: 0, high: 0 },
      killed: 6,
      missing: 4,
      wounded: 1,
      unaccounted: 0,
      parent: null,
      reliability: 'suspect',
    });
    expect(roll.pathways['deployed'].contingents).toBe(0);
    expect(roll.pathways['war-ended']).toEqual({ low: 120, best: 130, high: 160, contingents: 2 });
    expect(roll.pathways['defected']).toEqual({ low: 30, best: 30, high: 30, contingents: 1 });
  });

  test('lists flows by from, then to, in code-unit order', async () => {
    const { roll } = await documentOf();
    expect(roll.flows).toEqual([
      { from: 'deployed', to: 'defected', persons: 30 },
      { from: 'deployed', to: 'killed', persons: 6 },
      { from: 'deployed', to: 'missing', persons: 4 },
      { from: 'deployed', to: 'war-ended', persons: 130 },
      { from: 'inflow', to: 'deployed', persons: 160 },
      { from: 'unaccounted', to: 'deployed', persons: 10 },
    ]);
    expect(roll.unaccounted).toBe(-10);
  });

  test('lists refusals by their place in the log, with what is known of the event', async () => {
    const { roll } = await documentOf();
    expect(roll.refusals).toEqual([
      {
        seq: 8,
        id: 'e8',
        type: 'contingent.arrived',
        subject: 'b',
        code: 'not-allowed',
        message: expect.any(String),
      },
      {
        seq: 10,
        id: 'e10',
        type: 'event.retracted',
        subject: null,
        code: 'unknown-target',
        message: expect.any(String),
      },
    ]);
  });

  test('without contingents, flows and refusals is the distribution document', async () => {
    const { roll, distribution } = await documentOf();
    const { contingents, flows, refusals, ...rest } = roll;
    expect(distribution).toEqual(rest);
    expect(Object.keys(distribution)).toEqual(Object.keys(rest));
    expect(JSON.parse(JSON.stringify(roll))).toEqual(roll);
  });

  test('does not change when the fold goes on', () => {
    const roll = given(deployed('alpha', 10));
    const before = distributionDocument(home, 1, roll.fold);
    const picture = structuredClone(before);
    roll.and(fact('casualty.recorded', 'alpha', { killed: 1 }), warEnded());
    expect(before).toEqual(picture);
  });
});

test('the accounts are inflow, the nine pathways, and where persons are lost', () => {
  expect([...ACCOUNTS]).toEqual(['inflow', ...PATHWAYS, 'killed', 'missing', 'unaccounted']);
});

describe('the machine version', () => {
  test('is short, hexadecimal, and the same on every document of a run', async () => {
    expect(MACHINE_VERSION).toMatch(/^[0-9a-f]{16}$/);
    const first = rollDocument(home, 0, new Fold(kernels, {}, new RollModel()));
    const { roll } = await documentOf();
    expect([first.machineVersion, roll.machineVersion]).toEqual([MACHINE_VERSION, MACHINE_VERSION]);
  });
});
