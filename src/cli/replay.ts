import { RollModel, rollDocument } from '../readmodels/roll-document.ts';
import { foldLog } from '../roll/fold.ts';
import { createKernels, type KernelName } from '../roll/kernels.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { readId, readInstant } from './read-options.ts';
import { numbered, openInputs } from './replay-inputs.ts';
import { showRoll, stdoutColumns } from './show-roll.ts';

interface ReplayOptions {
  readonly asOf?: string;
  readonly asKnown?: string;
  readonly seq?: number;
  readonly theatre?: string;
  readonly timeline?: string;
  readonly json?: true;
  readonly strict?: true;
  readonly kernel?: KernelName;
}

/** `muster replay`: folds files as one log and prints the roll, as a table or as its document (DESIGN 9). */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<void> {
  const { asOf, asKnown, theatre, timeline, seq: limit = Number.POSITIVE_INFINITY } = options;
  const view = {
    ...(asOf === undefined ? {} : { asOfMs: readInstant('--as-of', asOf) }),
    ...(asKnown === undefined ? {} : { asKnownMs: readInstant('--as-known', asKnown) }),
  };
  const inputs = await openInputs(files, {
    ...(theatre === undefined ? {} : { theatre: readId('--theatre', theatre) }),
    ...(timeline === undefined ? {} : { timeline: readId('--timeline', timeline) }),
  });
  try {
    const { fold, length } = await foldLog(
      createKernels(options.kernel),
      () => numbered(inputs.read(), limit),
      view,
      () => new RollModel(),
    );
    const roll = rollDocument(inputs.home, length, fold);
    const text = options.json
      ? JSON.stringify(roll, null, 2)
      : showRoll(roll, { title: inputs.title, isHypothetical: fold.isHypothetical }, stdoutColumns());
    process.stdout.write(`${text}\n`);
    if (options.strict && roll.counts.refused > 0) {
      throw new CommandFailure(
        EXIT.inputWrong,
        `${formatCount(roll.counts.refused)} of ${formatCount(length)} events were refused`,
      );
    }
  } finally {
    await inputs.dispose();
  }
}
