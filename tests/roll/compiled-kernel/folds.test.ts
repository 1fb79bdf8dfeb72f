import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { RollModel, rollDocument } from '../../../src/readmodels/roll-document.ts';
import { Fold, foldLog } from '../../../src/roll/fold.ts';
import { createKernels, type Kernels } from '../../../src/roll/kernels.ts';
import type { Transition } from '../../../src/roll/outcome.ts';
import type { RawEntry } from '../../../src/roll/settlement.ts';
import { bundledNames, loadScenario, logOf } from '../../../src/scenario/library.ts';
import { correctedLogs, wildLogs } from '../../support/arbitrary-logs.ts';
import { bytesOf } from '../../support/examples.ts';

vi.setConfig({ testTimeout: 60_000 });

const [compiled, reference] = [createKernels('compiled'), createKernels('xstate')];
const home = { theatre: null, timeline: null };

/** The roll of a log with a kernel, and every transition on the way, as bytes. */
async function folded(kernels: Kernels, log: readonly RawEntry[]): Promise<string> {
  const transitions: Transition[] = [];
  const { fold, length } = await foldLog(
    kernels,
    () => log,
    {},
    () => {
      const model = new RollModel();
      return Object.assign(model, {
        apply(transition: Transition) {
          transitions.push(transition);
          RollModel.prototype.apply.call(model, transition);
        },
      });
    },
  );
  return JSON.stringify([rollDocument(home, length, fold), transitions]);
}

const entries = (log: readonly Uint8Array[]): RawEntry[] =>
  log.map((bytes, index) => ({ seq: index + 1, bytes, home: {} }));

test('every bundled script comes to the same roll by the same transitions with both kernels', async () => {
  for (const name of await bundledNames()) {
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`${name} does not load`);
    const log = logOf(loading.scenario);
    expect(await folded(compiled, log), name).toBe(await folded(reference, log));
    expect(log.length).toBeGreaterThan(10);
  }
});

test('so does any log', async () => {
  await fc.assert(
    fc.asyncProperty(wildLogs, async (log) => {
      expect(await folded(compiled, entries(log))).toBe(await folded(reference, entries(log)));
    }),
    { numRuns: 20 },
  );
});

test('what was dumped with one kernel goes on with the other', async () => {
  await fc.assert(
    fc.asyncProperty(correctedLogs, async (log) => {
      const read = () => entries(log.map(bytesOf));
      const { fold } = await foldLog(reference, read, {}, () => new RollModel());
      const again = Fold.restore(compiled, {}, fold.readModel, structuredClone(fold.dump()));
      expect([...again.contingents]).toEqual([...fold.contingents]);
      expect(rollDocument(home, log.length, again)).toEqual(rollDocument(home, log.length, fold));
    }),
    { numRuns: 10 },
  );
});
