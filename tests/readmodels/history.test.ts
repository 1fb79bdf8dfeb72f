import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { History, type HistoryDump } from '../../src/readmodels/history.ts';
import { provenance, transitionDocument } from '../../src/readmodels/transition-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import type { Transition } from '../../src/roll/outcome.ts';
import { readExample } from '../support/examples.ts';
import { deployed, fact, given, historyOf, kernels, logOf, warEnded } from '../support/roll-scenario.ts';

const detached = (id: string, strength: number) =>
  fact('contingent.detached', 'alpha', { detachment: { id, strength } });
const log = [
  deployed('alpha', { low: 90, best: 100, high: 130 }),
  fact('contingent.arrived', 'alpha', {}),
  fact('milestone.reached', null, { kind: 'treaty' }),
  detached('charlie', 20),
  fact('contingent.defected', 'alpha', { detachment: { id: 'bravo', strength: 10 } }),
  fact('casualty.recorded', 'charlie', { killed: 20 }),
  warEnded(),
];

/** As a checkpoint keeps it. */
function copyOf(history: History): History {
  const dump: HistoryDump = deserialize(serialize(history.dump()));
  return History.restore(dump);
}

describe('the history of a contingent', () => {
  test('is every step of its life, by the seq of the event', async () => {
    const history = await historyOf(log);
    expect(history.of('alpha').map(({ seq, from, to }) => [seq, from, to])).toEqual([
      [1, null, 'deployed.staging'],
      [4, 'deployed.staging', 'deployed.staging'],
      [5, 'deployed.staging', 'deployed.staging'],
      [7, 'deployed.staging', 'warEnded'],
    ]);
    expect(history.of('bravo').map(({ seq, from, to }) => [seq, from, to])).toEqual([
      [5, null, 'deployed.staging'],
      [5, 'deployed.staging', 'defected.atLarge'],
    ]);
  });

  test('tells pathways, strength afterwards and postings', async () => {
    const history = await historyOf(log);
    expect(history.of('charlie')).toEqual([
      {
        seq: 4,
        contingent: 'charlie',
        from: null,
        to: 'deployed.staging',
        fromPathway: null,
        toPathway: 'deployed',
        strength: { low: 20, best: 20, high: 20 },
        postings: [],
      },
      {
        seq: 6,
        contingent: 'charlie',
        from: 'deployed.staging',
        to: 'closed',
        fromPathway: 'deployed',
        toPathway: null,
        strength: { low: 0, best: 0, high: 0 },
        postings: [{ from: 'deployed', to: 'killed', persons: 20 }],
      },
    ]);
  });

  test('of one that is not on the roll is empty', async () => {
    const history = await historyOf(log);
    expect(history.of('nobody')).toEqual([]);
    expect(history.childrenOf('nobody')).toEqual([]);
  });

  test('names its parts in the order in which they left', async () => {
    const history = await historyOf(log);
    expect(history.childrenOf('alpha')).toEqual(['charlie', 'bravo']);
    expect(history.childrenOf('charlie')).toEqual([]);
  });

  test('tells the latest step, and the one that made the strength what it is', async () => {
    const history = await historyOf([...log, fact('contingent.repatriated', 'alpha', {})]);
    expect(history.latestOf('alpha')).toEqual({ seq: 8, strengthSeq: 5 });
    expect(history.latestOf('bravo')).toEqual({ seq: 5, strengthSeq: 5 });
    expect(history.latestOf('charlie')).toEqual({ seq: 6, strengthSeq: 6 });
    expect(history.latestOf('nobody')).toBeNull();
  });

  test('can be kept, restored, and goes on from there', async () => {
    const later = [fact('contingent.repatriated', 'alpha', {}), fact('contingent.arrived', 'alpha', {})];
    const whole = await historyOf([...log, ...later]);
    let restored = new History();
    const readModel = {
      apply(transition: Transition) {
        if (transition.seq > log.length) restored = copyOf(restored);
        restored.apply(transition);
      },
    };
    await foldLog(
      kernels,
      () => logOf([...log, ...later]),
      {},
      () => readModel,
    );
    for (const id of ['alpha', 'bravo', 'charlie', 'nobody']) {
      expect(restored.of(id)).toEqual(whole.of(id));
      expect(restored.childrenOf(id)).toEqual(whole.childrenOf(id));
    }
  });
});

describe('the document of a transition', () => {
  test('has the event behind it, with defaults where it says nothing', () => {
    expect(provenance(readExample('war.resumed'))).toEqual({
      id: 'example',
      source: '/tests/examples',
      type: 'war.resumed',
      subject: null,
      time: '2025-03-01T00:00:00Z',
      observedtime: '2025-03-01T00:00:00Z',
      basis: 'assessed',
      reporter: null,
      reporterkind: null,
      reporturl: null,
      reliability: null,
      credibility: null,
      claim: 'fact',
      note: null,
    });
  });

  test('says who said so and how far they are believed', () => {
    const said = {
      observedtime: '2025-03-09T00:00:00Z',
      basis: 'reported',
      reporter: 'NIS',
      reporterkind: 'state-agency',
      reporturl: 'https://example.org/1',
      reliability: 'B',
      credibility: 2,
      claim: 'denial',
      note: 'to lawmakers',
    };
    expect(provenance(readExample('contingent.committed', said))).toMatchObject({
      ...said,
      subject: 'alpha',
    });
  });

  test('has the phase that a theatre-wide fact led to, and the moves', () => {
    const { fold } = given(deployed('alpha', 10));
    const verdict = fold.judge(2, readExample('war.ended'));
    if (verdict.kind !== 'accepted') throw new Error('The war did not end');
    expect(transitionDocument(verdict.transition)).toMatchObject({
      seq: 2,
      phase: { name: 'ended', variant: 'ceasefire', foreignTroopsBarred: true },
      moves: [{ contingent: 'alpha', from: 'deployed.staging', to: 'warEnded' }],
    });
    const other = fold.judge(2, readExample('casualty.recorded'));
    if (other.kind !== 'accepted') throw new Error('Nobody was lost');
    expect(transitionDocument(other.transition).phase).toBeNull();
  });
});
