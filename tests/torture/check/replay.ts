import { RollModel, rollDocument } from '../../../src/readmodels/roll-document.ts';
import { foldLog } from '../../../src/roll/fold.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import type { Verdicts } from './outputs.ts';

export interface Replayed {
  readonly verdicts: Verdicts;
  /** The roll document, whole. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What a fresh fold, as that of `muster replay`, makes of a log, and nothing else that may have remembered anything. */
export async function replay(roll: string, log: readonly string[]): Promise<Replayed> {
  const [theatre = '', timeline = ''] = roll.split('.');
  const home = { theatre, timeline };
  const entries = log.map((line, index) => ({ seq: index + 1, bytes: Buffer.from(line), home }));
  const { fold, length } = await foldLog(
    createKernels(),
    () => entries,
    {},
    () => new RollModel(),
  );
  const document = rollDocument(home, length, fold);
  const { refusals, counts, balance } = document;
  if (length !== log.length || counts.duplicates > 0 || balance !== 0) {
    throw new Error(`the replay of ${log.length} events says ${JSON.stringify({ length, counts, balance })}`);
  }
  return {
    verdicts: { length, refused: new Set(refusals.map(({ seq }) => seq)) },
    document: { ...document },
  };
}

/**
 * The distribution document within a roll document (DESIGN 8), as JSON brings it. Without the machine's version, a
 * hash of its guards as they were compiled, nor the basis, which a roll document has not: ours here were compiled for
 * the torture, and `muster verify` compares both.
 */
export function distributionOf(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const {
    contingents: _contingents,
    flows: _flows,
    refusals: _refusals,
    machineVersion: _machineVersion,
    basis: _basis,
    ...distribution
  } = document;
  return JSON.parse(JSON.stringify(distribution));
}
