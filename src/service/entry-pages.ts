import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { RollId } from '../../events/ids.ts';
import type { EntryRange } from '../roll/facts-in-turn.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { RollLog } from './roll-log.ts';

const PAGE_ENTRIES = 512;

/** Entries that follow each other, as they go from thread to thread. One with fewer than there could be is the last. */
interface Page {
  readonly first: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: readonly number[];
  readonly homes: readonly RollId[];
}

/** What the reader sends: which entries to begin with, or that it wants more of those. */
type Wish = EntryRange | 'more';

/**
 * Asks a thread for something about a log. Until it answers, it may read entries of that log at the port that it is
 * given (`readPages`). `onGiven` is told the last entry of each page.
 */
export async function givingPages<A>(
  log: RollLog,
  ask: (port: MessagePort) => Promise<A>,
  onGiven?: (seq: number) => void,
): Promise<A> {
  const { port1: ours, port2: theirs } = new MessageChannel();
  givePages(ours, log, onGiven);
  try {
    return await ask(theirs);
  } finally {
    ours.close();
  }
}

/** Gives entries of a log to the other end of a port, a page for each wish. Ends with the port. */
function givePages(port: MessagePort, log: RollLog, onGiven?: (seq: number) => void): void {
  let entries: AsyncIterator<RawEntry & { readonly home: RollId }> | null = null;
  const next = async (wish: Wish): Promise<Page> => {
    if (wish !== 'more') entries = log.read(wish);
    const lengths: number[] = [];
    const pieces: Uint8Array[] = [];
    const homes: RollId[] = [];
    let first = 0;
    while (entries !== null && lengths.length < PAGE_ENTRIES) {
      const { value: entry, done } = await entries.next();
      if (done) break;
      if (lengths.length === 0) first = entry.seq;
      lengths.push(entry.bytes.byteLength);
      pieces.push(entry.bytes);
      homes.push(entry.home);
    }
    if (lengths.length > 0) onGiven?.(first + lengths.length - 1);
    return { first, bytes: joined(pieces), lengths, homes };
  };
  port.on('message', (wish: Wish) => {
    next(wish).then(
      (page) => port.postMessage(page, [page.bytes.buffer]),
      (error: unknown) => port.postMessage(error instanceof Error ? error : new Error(String(error))),
    );
  });
}

/** Entries that the other end of a port gives. Throws what its log throws. */
export async function* readPages(port: MessagePort, range: EntryRange): AsyncGenerator<RawEntry> {
  for (let wish: Wish = range; ; wish = 'more') {
    const page = await ask(port, wish);
    let from = 0;
    for (const [place, length] of page.lengths.entries()) {
      const bytes = page.bytes.subarray(from, from + length);
      from += length;
      yield { seq: page.first + place, bytes, home: page.homes[place] ?? {} };
    }
    if (page.lengths.length < PAGE_ENTRIES) return;
  }
}

async function ask(port: MessagePort, wish: Wish): Promise<Page> {
  port.postMessage(wish);
  const answer = await new Promise<Page | Error>((resolve) => port.once('message', resolve));
  if (answer instanceof Error) throw answer;
  return answer;
}

/** In memory of its own, so that it can be handed over whole. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
