import type { LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { type RollId, rollName } from '../../../events/ids.ts';
import type { Clock } from '../clock.ts';
import type { LiveRoll, Update } from '../service.ts';
import type { Trace } from '../traces.ts';
import { Backlog } from './backlog.ts';
import type { Output } from './output.ts';
import { outputsOf } from './output-messages.ts';
import { OutputProgress } from './output-progress.ts';
import type { OutputStream } from './output-stream.ts';
import { restMs } from './rest.ts';

export interface PublishingOptions {
  readonly clock: Clock;
  readonly stream: OutputStream;
  /** What this process calls itself; stands in checkpoints only. */
  readonly writer: string;
  /** Shared by all rolls: only who has a turn holds more outputs than one. */
  readonly turns: LimitFunction;
  readonly logger: Logger;
  /** Told whenever another writer of the roll came first. */
  readonly onFenceLost: () => void;
  /** Told how far the outputs are written, and whether there are more to write. */
  readonly onStanding?: (written: number, isMore: boolean) => void;
}

/**
 * Writes what a roll's entries came to into the stream of outputs, from where they stand there, until the signal
 * aborts or the roll's updates end. Whatever is waiting goes into one append, so that a slow store gets larger
 * ones. Another writer of the same roll does no harm: what it has written is passed over.
 * Throws when the store can't be reached or refuses: begin again then.
 */
export async function publishOutputs(
  live: Pick<LiveRoll, 'summary' | 'updates'>,
  options: PublishingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, stream, turns, writer } = options;
  const { roll } = live.summary;
  const progress = new OutputProgress(await turns(() => stream.standing(roll)), writer);
  const reading = new AbortController();
  const updates = live.updates(progress.after, AbortSignal.any([signal, reading.signal]));
  const backlog = new Backlog(allOutputs(roll, updates));
  try {
    while (await backlog.isWaiting()) {
      options.onStanding?.(progress.seq, true);
      const pauseMs = await turns(async () => {
        const begunMs = clock.now();
        const outputs = await backlog.take(roomFor(stream.most));
        await deliver(roll, outputs, progress, options, signal);
        const isMoreLikely = outputs.length >= stream.most.outputs / 2;
        return isMoreLikely ? 0 : restMs(clock.now() - begunMs);
      });
      options.onStanding?.(progress.seq, false);
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return;
    }
  } finally {
    reading.abort();
    backlog.close();
  }
}

/** An output with the trace of its event. */
type Traced = Output & { readonly trace?: Trace };

async function deliver(
  roll: RollId,
  outputs: readonly Traced[],
  progress: OutputProgress,
  { stream, logger, onFenceLost }: PublishingOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const due = progress.due(outputs);
    if (due === null) return;
    const spans = tracesOf(due.outputs).map((trace) =>
      trace.begin('muster write outputs', { 'muster.roll': rollName(roll) }),
    );
    const appended = await stream
      .append(roll, due.outputs, due.checkpoint, progress.fence)
      .finally(() => spans.map((span) => span.end()));
    if (appended.kind === 'appended') {
      progress.appended(due.checkpoint, appended.fence);
      return;
    }
    const { seq } = progress;
    const isMoved = progress.lookAgain(await stream.standing(roll));
    if (appended.kind === 'unknown') {
      logger.warn({ seq, reason: appended.message }, 'Outputs may be written or not; looked again');
    } else if (isMoved) {
      onFenceLost();
      logger.info({ seq, reason: appended.message }, 'Another writer of the outputs came first');
    } else {
      throw new Error(`the outputs after ${seq} were fenced off, but nobody wrote any: ${appended.message}`);
    }
  }
}

async function* allOutputs(roll: RollId, updates: AsyncIterable<Update>): AsyncGenerator<Traced> {
  for await (const update of updates) {
    const { trace = null } = update.kind === 'distribution' ? {} : update;
    for (const output of outputsOf(roll, update)) yield trace === null ? output : { ...output, trace };
  }
}

function tracesOf(outputs: readonly Traced[]): readonly Trace[] {
  return [...new Set(outputs.flatMap(({ trace }) => trace ?? []))];
}

/** Whether there is room for one more: always for the first. */
function roomFor(most: OutputStream['most']): (output: Output) => boolean {
  let outputs = 0;
  let bytes = 0;
  return ({ body }) => {
    outputs += 1;
    bytes += body.length;
    return outputs === 1 || (outputs <= most.outputs && bytes <= most.bytes);
  };
}
