import { type MusterEvent, strayAddress } from '../../events/event.ts';
import { type Provenance, provenance } from '../readmodels/transition-document.ts';
import type { RollFold } from './roll-fold.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';
import type { LoggedEvent } from './service.ts';

/** Entries between two wanted ones that are read along: cheaper than to begin another read. */
const READ_ALONG = 16;

/** An entry as it is shown to people. */
export function loggedEvent({ seq, recordedTime, bytes, publishedFor }: HomedEntry): LoggedEvent {
  const text = Buffer.from(bytes).toString();
  const base64Unless = (written: string) =>
    Buffer.from(written).equals(bytes) ? null : Buffer.from(bytes).toString('base64');
  const about = { seq, recordedtime: recordedTime };
  try {
    const event: unknown = JSON.parse(text);
    const publishedfor = strayAddress(event, publishedFor);
    return { ...about, event, text: null, base64: base64Unless(JSON.stringify(event)), publishedfor };
  } catch {
    return { ...about, event: null, text, base64: base64Unless(text), publishedfor: null };
  }
}

/**
 * The facts that some entries are, by seq, as they count: with their corrected time and payload. Without those that
 * are no facts, or were retracted. `seqs` in ascending order.
 */
export async function factsBehind(
  { settlement }: RollFold,
  log: RollLog,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, MusterEvent>> {
  const wanted = new Set(seqs);
  const found = new Map<number, MusterEvent>();
  for (const range of ranges(seqs)) {
    for await (const entry of log.read(range)) {
      if (!wanted.has(entry.seq)) continue;
      const recalled = settlement.recall(entry, {});
      if (recalled?.kind === 'fact') found.set(entry.seq, recalled.event);
    }
  }
  return found;
}

/** As `factsBehind`: who said what. */
export async function eventsBehind(
  roll: RollFold,
  log: RollLog,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, Provenance>> {
  const facts = await factsBehind(roll, log, seqs);
  return new Map([...facts].map(([seq, event]) => [seq, provenance(event)]));
}

function ranges(seqs: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const seq of seqs) {
    const last = found.at(-1);
    if (last !== undefined && seq - last.to <= READ_ALONG) last.to = seq;
    else found.push({ from: seq, to: seq });
  }
  return found;
}
