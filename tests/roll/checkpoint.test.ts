import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Distribution } from '../../src/readmodels/distribution.ts';
import { Flows } from '../../src/readmodels/flows.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { Fold } from '../../src/roll/fold.ts';
import { Settlement } from '../../src/roll/settlement.ts';
import { correctedLogs } from '../support/arbitrary-logs.ts';
import { bytesOf, type EventJson } from '../support/examples.ts';
import { kernels } from '../support/roll-scenario.ts';

vi.setConfig({ testTimeout: 60_000 });

const entries = (log: readonly EventJson[]) =>
  log.map((event, index) => ({ seq: index + 1, bytes: bytesOf(event), home: {} }));

function take(settlement: Settlement, fold: Fold<RollModel>, log: ReturnType<typeof entries>): void {
  for (const entry of log) {
    const settled = settlement.take(entry);
    if (settled.kind === 'fact') fold.take(settled);
    else fold.note(settled);
  }
}

describe('a fold that is dumped and restored half-way', () => {
  test('goes on as if nothing had been', () => {
    fc.assert(
      fc.property(correctedLogs, fc.nat(), (log, place) => {
        const half = place % (log.length + 1);
        const settlement = new Settlement();
        const fold = new Fold(kernels, {}, new RollModel());
        take(settlement, fold, entries(log).slice(0, half));

        const { distribution, flows } = fold.readModel;
        const kept = structuredClone({
          settlement: settlement.dump(),
          fold: fold.dump(),
          distribution: distribution.dump(),
          flows: flows.dump(),
        });
        const again = Settlement.restore(kept.settlement);
        const model = new RollModel(Distribution.restore(kept.distribution), Flows.restore(kept.flows));
        const refold = Fold.restore(kernels, {}, model, kept.fold);

        take(settlement, fold, entries(log).slice(half));
        take(again, refold, entries(log).slice(half));
        const home = { theatre: null, timeline: null };
        expect(rollDocument(home, log.length, refold)).toEqual(rollDocument(home, log.length, fold));
        for (const entry of entries(log))
          expect(again.recall(entry, {})).toEqual(settlement.recall(entry, {}));
      }),
      { numRuns: 30 },
    );
  });
});

test('an entry settled and not recorded changes nothing, and answers what taking it would', () => {
  fc.assert(
    fc.property(correctedLogs, (log) => {
      const settlement = new Settlement();
      for (const entry of entries(log)) {
        const { answer } = settlement.settle(entry);
        expect(settlement.settle(entry).answer).toEqual(answer);
        expect(settlement.take(entry)).toEqual(answer);
      }
    }),
    { numRuns: 30 },
  );
});
