import type { Update } from '../service/service.ts';
import type { Trace } from '../service/traces.ts';

/** Updates as they go out to a reader. */
export interface Frames {
  readonly bytes: Uint8Array;
  /** The last transition or refusal that the reader has been sent by then; where it is to resume. */
  readonly last: number;
  /** Those of the events behind them that brought one. */
  readonly traces: readonly Trace[];
}

/** Each made once for all readers of a roll; of a distribution without its id. */
const ofUpdates = new WeakMap<Update, Buffer>();
/** By what the reader was sent before, for batches that begin with a distribution; by null for the others. */
const ofBatches = new WeakMap<readonly Update[], Map<number | null, Frames>>();

/**
 * The server-sent events for some updates, at least one; `sent`: the last transition or refusal that the reader was
 * sent before, null if it has not been sent anything. Readers that get the same batch get the same bytes.
 */
export function framesOf(updates: readonly Update[], sent: number | null): Frames {
  const key = updates[0]?.kind === 'distribution' ? sent : null;
  const bySent = ofBatches.get(updates) ?? new Map<number | null, Frames>();
  const frames = bySent.get(key) ?? make(updates, sent);
  ofBatches.set(updates, bySent.set(key, frames));
  return frames;
}

function make(updates: readonly Update[], sent: number | null): Frames {
  const parts: Buffer[] = [];
  const traces: Trace[] = [];
  let last = sent;
  for (const update of updates) {
    // A distribution may run ahead of transitions that are still to come: a reader that resumed from it would never
    // see those. So its id is the last transition or refusal that was sent.
    if (update.kind !== 'distribution' || last === null) last = update.seq;
    if (update.kind === 'distribution') parts.push(Buffer.from(`id: ${last}\n`));
    else if (update.trace !== undefined) traces.push(update.trace);
    parts.push(frameOf(update));
  }
  return { bytes: Buffer.concat(parts), last: last ?? 0, traces };
}

function frameOf(update: Update): Buffer {
  let frame = ofUpdates.get(update);
  if (frame === undefined) {
    const id = update.kind === 'distribution' ? '' : `id: ${update.seq}\n`;
    frame = Buffer.from(`${id}event: ${update.kind}\ndata: ${JSON.stringify(contentOf(update))}\n\n`);
    ofUpdates.set(update, frame);
  }
  return frame;
}

function contentOf(update: Update): unknown {
  switch (update.kind) {
    case 'transition':
      return update.transition;
    case 'refusal':
      return update.refusal;
    case 'distribution':
      return update.distribution;
    default:
      return update satisfies never;
  }
}
