import type { RollId } from '../../events/ids.ts';
import { rollDocument } from '../readmodels/roll-document.ts';
import { foldLog } from '../roll/fold.ts';
import { createKernels, type KernelName } from '../roll/kernels.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { openInputs } from './replay-inputs.ts';
import { ReplayModel } from './replay-model.ts';
import { DEFAULT_COLUMNS, showRoll } from './show-roll.ts';

interface ReplayOptions {
  readonly asOf?: number;
  readonly asKnown?: number;
  readonly seq?: number;
  readonly theatre?: string;
  readonly timeline?: string;
  readonly json?: true;
  readonly strict?: true;
  readonly kernel: KernelName;
}

/** `muster replay`: folds files as one log and prints the roll, as a table or as its document (DESIGN 9). */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<void> {
  const inputs = await openInputs(files, options);
  try {
    const { asOf: asOfMs, asKnown: asKnownMs, seq: limit = Number.POSITIVE_INFINITY } = options;
    const view = {
      ...(asOfMs === undefined ? {} : { asOfMs }),
      ...(asKnownMs === undefined ? {} : { asKnownMs }),
    };
    const { fold, length } = await foldLog(
      createKernels(options.kernel),
      () => numbered(inputs.read(), limit),
      view,
      () => new ReplayModel(),
    );
    const roll = rollDocument(inputs.home, length, fold);
    const text = options.json
      ? JSON.stringify(roll, null, 2)
      : showRoll(
          roll,
          { title: inputs.title, isHypothetical: fold.readModel.isHypothetical },
          process.stdout.columns ?? DEFAULT_COLUMNS,
        );
    process.stdout.write(`${text}\n`);
    if (options.strict && roll.counts.refused > 0) {
      throw new CommandFailure(EXIT.inputWrong, `${roll.counts.refused} of ${length} events were refused`);
    }
  } finally {
    await inputs.dispose();
  }
}

async function* numbered(
  lines: AsyncIterable<{ readonly bytes: Uint8Array; readonly home: Partial<RollId> }>,
  limit: number,
): AsyncGenerator<RawEntry> {
  let seq = 0;
  for await (const line of lines) {
    if (seq >= limit) return;
    seq += 1;
    yield { seq, ...line };
  }
}
