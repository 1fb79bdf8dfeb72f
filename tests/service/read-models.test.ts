import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimOf } from '../../src/readmodels/claims.ts';
import { Series } from '../../src/readmodels/series.ts';
import type { ReadModel } from '../../src/roll/fold.ts';
import { Fold, foldLog } from '../../src/roll/fold.ts';
import type { RawEntry } from '../../src/roll/settlement.ts';
import { Settlement } from '../../src/roll/settlement.ts';
import type { View } from '../../src/roll/view.ts';
import { ServiceModel } from '../../src/service/roll-fold.ts';
import { correctedLogs, factLogs, wildLogs } from '../support/arbitrary-logs.ts';
import { bytesOf, type EventJson } from '../support/examples.ts';
import { fact, kernels, logOf } from '../support/roll-scenario.ts';

const folded = <R extends ReadModel>(log: readonly RawEntry[], view: View, newReadModel: () => R) =>
  foldLog(kernels, () => log, view, newReadModel);

const now = (log: readonly RawEntry[]) => folded(log, {}, () => new ServiceModel());
const byTime = (log: readonly RawEntry[], asKnownMs?: number) =>
  folded(
    log,
    { asOfMs: Number.POSITIVE_INFINITY, ...(asKnownMs !== undefined && { asKnownMs }) },
    () => new Series(),
  );

const entries = (log: readonly EventJson[]): RawEntry[] =>
  log.map((event, index) => ({ seq: index + 1, bytes: bytesOf(event), home: {} }));

describe('the series that is kept while the log is folded', () => {
  test('is the one of a fold in the order of time, wherever the log is in that order', async () => {
    await fc.assert(
      fc.asyncProperty(factLogs(true), async (log) => {
        const { fold } = await now(entries(log));
        expect(fold.isChronological).toBe(true);
        expect(fold.readModel.series.points()).toEqual((await byTime(entries(log))).fold.readModel.points());
      }),
      { numRuns: 25 },
    );
  });

  test('a log knows whether it is in the order of time, corrections counted in', async () => {
    let times = 0;
    await fc.assert(
      fc.asyncProperty(correctedLogs, async (log) => {
        const { fold } = await now(entries(log));
        if (!fold.isChronological) return;
        times += 1;
        expect(fold.readModel.series.points()).toEqual((await byTime(entries(log))).fold.readModel.points());
      }),
      { numRuns: 60 },
    );
    expect(times).toBeGreaterThan(0);
  });

  test('a late report makes the log one that is not', async () => {
    const late = fact(
      'friction.reported',
      null,
      { kind: 'supply', severity: 'low' },
      { time: '2024-01-01T00:00:00Z' },
    );
    const [log] = fc.sample(factLogs(true), { numRuns: 1, seed: 1 });
    const { fold } = await now(entries([...(log ?? []), { ...logEvent(late), id: 'late' }]));
    expect(fold.isChronological).toBe(false);
  });
});

const logEvent = (event: EventJson): EventJson => {
  const [entry] = logOf([event]);
  return JSON.parse(Buffer.from(entry?.bytes ?? []).toString());
};

test('a page of claims is what a fold of the log accepts of them', async () => {
  const claim = (value: number, subject: string | null = null) =>
    fact('casualty.claimed', subject, { series: 'GUR', measure: 'killed', cumulative: true, value });
  const log = logOf([
    claim(100),
    claim(200, 'nobody'),
    fact('strength.assessed', null, { strength: 900 }, { reporter: 'ROK NIS' }),
    fact('friction.reported', null, { kind: 'supply', severity: 'low' }),
    claim(300),
  ]);
  const { fold } = await now(log);
  const { claims } = fold.readModel;
  expect(claims.after(0, 10)).toEqual([1, 3, 5]);
  expect(claims.after(1, 1)).toEqual([3]);
  expect(claims.after(5, 10)).toEqual([]);
  const settlement = new Settlement();
  const said = log.map((entry) => {
    const settled = settlement.take(entry);
    return settled.kind === 'fact' ? claimOf(entry.seq, settled.event) : null;
  });
  expect(said[2]).toMatchObject({ seq: 3, series: 'ROK NIS', measure: 'strength', cumulative: null });
  expect(said[3]).toBeNull();
  expect(said[4]).toMatchObject({ seq: 5, series: 'GUR', value: { best: 300 }, cumulative: true });
});

test('what is kept goes on from a dump as if nothing had been', async () => {
  await fc.assert(
    fc.asyncProperty(factLogs(true), fc.nat(), async (log, place) => {
      const half = place % (log.length + 1);
      const settlement = new Settlement();
      const whole = new Fold(kernels, {}, new ServiceModel());
      const take = (fold: Fold<ServiceModel>, entry: RawEntry) => {
        const settled = settlement.take(entry);
        if (settled.kind === 'fact') fold.take(settled);
      };
      for (const entry of entries(log).slice(0, half)) take(whole, entry);
      const kept = structuredClone({ fold: whole.dump(), model: whole.readModel.dump() });
      const again = Fold.restore(kernels, {}, new ServiceModel(kept.model), kept.fold);
      for (const entry of entries(log).slice(half)) take(again, entry);
      const { fold } = await now(entries(log));
      expect(again.readModel.dump()).toEqual(fold.readModel.dump());
      expect(again.isChronological).toBe(fold.isChronological);
    }),
    { numRuns: 20 },
  );
});

test('to fold what bears on a contingent gives it as to fold the whole log, wherever one stops', async () => {
  let met = 0;
  await fc.assert(
    fc.asyncProperty(wildLogs, fc.nat(), async (log, place) => {
      const all = log.map((bytes, index): RawEntry => ({ seq: index + 1, bytes, home: {} }));
      const { fold, settlement } = await now(all);
      const until = (place % all.length) + 1;
      const recalled = all.map((entry) => settlement.recall(entry, {}));
      const take = (into: Fold<ServiceModel>, isWanted: (seq: number) => boolean) => {
        for (const one of recalled) if (one?.kind === 'fact' && isWanted(one.seq)) into.take(one);
        return into;
      };
      const whole = take(new Fold(kernels, {}, new ServiceModel()), (seq) => seq <= until);
      for (const [id, state] of whole.contingents) {
        const bearing = new Set(fold.readModel.history.bearingOn([id], until));
        const part = take(new Fold(kernels, {}, new ServiceModel()), (seq) => bearing.has(seq));
        expect(part.contingents.get(id)).toEqual(state);
        expect(part.phase).toEqual(whole.phase);
        expect(part.readModel.history.of(id)).toEqual(whole.readModel.history.of(id));
        expect(part.refusals).toEqual([]);
        met += part.contingents.size > 1 ? 1 : 0;
      }
    }),
    { numRuns: 50 },
  );
  expect(met).toBeGreaterThan(0);
});
