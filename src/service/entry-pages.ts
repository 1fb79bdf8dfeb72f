import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { RollId } from '../../events/ids.ts';
import type { EntryRange } from '../roll/facts-in-turn.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { leave } from './leave.ts';
import type { HomedEntry, RollLog } from './roll-log.ts';

const PAGE_ENTRIES = 512;

/** Entries that follow each other, as they go from thread to thread. One with fewer than there could be is the last. */
interface Page {
  readonly first: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: readonly number[];
  readonly homes: readonly RollId[];
  readonly publishedFor: readonly (string | undefined)[];
}

/** What the reader sends: which entries to begin with, or that it wants more of those. */
type Wish = EntryRange | 'more';

/**
 * Asks a thread for something about a log. Until it answers, it may read entries of that log at the port that it is
 * given (`readPages`). `onGiven` is told of each page's last entry.
 */
export async function givingPages<A>(
  log: RollLog,
  ask: (port: MessagePort) => Promise<A>,
  onGiven?: (last: HomedEntry) => void,
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
function givePages(port: MessagePort, log: RollLog, onGiven?: (last: HomedEntry) => void): void {
  let entries: AsyncIterator<HomedEntry> | null = null;
  const end = () => {
    if (entries !== null) leave(entries);
  };
  const next = async (wish: Wish): Promise<Page> => {
    if (wish !== 'more') {
      end();
      entries = log.read(wish);
    }
    const lengths: number[] = [];
    const pieces: Uint8Array[] = [];
    const homes: RollId[] = [];
    const publishedFor: (string | undefined)[] = [];
    let first: HomedEntry | undefined;
    let last: HomedEntry | undefined;
    while (entries !== null && lengths.length < PAGE_ENTRIES) {
      const { value: entry, done } = await entries.next();
      if (done) break;
      first ??= entry;
      last = entry;
      lengths.push(entry.bytes.byteLength);
      pieces.push(entry.bytes);
      homes.push(entry.home);
      publishedFor.push(entry.publishedFor);
    }
    if (last !== undefined) onGiven?.(last);
    return { first: first?.seq ?? 0, bytes: joined(pieces), lengths, homes, publishedFor };
  };
  port.on('close', end);
  port.on('message', (wish: Wish) => {
    next(wish).then(
      (page) => port.postMessage(page, [page.bytes.buffer]),
      (error: unknown) => port.postMessage(error instanceof Error ? error : new Error(String(error))),
    );
  });
}

/**
 * Entries that the other end of a port gives, which reads the next page meanwhile. Throws what its log throws. One
 * reading of a port at a time.
 */
export async function* readPages(port: MessagePort, range: EntryRange): AsyncGenerator<RawEntry> {
  let coming = ask(port, range);
  try {
    for (;;) {
      const page = await coming;
      if (page instanceof Error) throw page;
      const isLast = page.lengths.length < PAGE_ENTRIES;
      if (!isLast) coming = ask(port, 'more');
      let from = 0;
      for (const [place, length] of page.lengths.entries()) {
        const bytes = page.bytes.subarray(from, from + length);
        from += length;
        const entry = { seq: page.first + place, bytes, home: page.homes[place] ?? {} };
        const publishedFor = page.publishedFor[place];
        yield publishedFor === undefined ? entry : { ...entry, publishedFor };
      }
      if (isLast) return;
    }
  } finally {
    // Whoever reads at this port next must not be given it.
    await coming;
  }
}

function ask(port: MessagePort, wish: Wish): Promise<Page | Error> {
  port.postMessage(wish);
  return new Promise((resolve) => port.once('message', resolve));
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
