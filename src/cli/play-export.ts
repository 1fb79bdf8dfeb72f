import { createHash } from 'node:crypto';
import { isObject } from '../../events/event.ts';
import { ID_PATTERN, type RollId, rollName, THEATRE_ENTITY } from '../../events/ids.ts';
import type { EventLog, LogEntry, OutgoingEvent } from '../log/port.ts';
import { PUBLISHED_FOR } from '../log/subjects.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { type ExportLine, entryLine, parseLine } from './export-lines.ts';
import type { InputFile } from './input-file.ts';
import { type LogPlace, openLog } from './open-log.ts';
import { printable } from './printable.ts';

/** What one append takes: a batch of JetStream has at most 1,000 messages. */
const MOST_AT_ONCE = 500;
const MOST_BYTES_AT_ONCE = 4_194_304;

/** JSON lines that export may have written. */
export type ExportFile = Extract<InputFile, { kind: 'events' }>;

export interface Restored {
  /** Entries appended. */
  sent: number;
  /** Entries that were there. */
  held: number;
}

/**
 * Puts exports back into a log, entry by entry at the same places, those too that the roll refuses; so it goes past
 * the service's gate. What the log has already must be what the export says up to there, else nothing more is added.
 */
export async function playExports(files: readonly ExportFile[], place: LogPlace): Promise<Restored> {
  const { log, close } = await openLog(place, 'write');
  const restored: Restored = { sent: 0, held: 0 };
  try {
    for (const { name: file, events } of files) {
      let restorer: RollRestorer | null = null;
      for await (const bytes of events()) {
        const line = parseLine(bytes);
        if (line.roll !== null) {
          await restorer?.flush();
          const { basis } = line.roll;
          // One that is unannounced comes into being with its first entry.
          const opened = basis === null ? null : await log.open(line.roll.roll, { ...line.roll, basis });
          if (opened?.ok === false)
            throw failure(file, opened.error.message, opened.error.kind === 'unavailable');
          restorer = new RollRestorer(log, file, line.roll.roll, line.roll.base?.seq ?? 0, restored);
        }
        if (restorer === null) {
          const what = 'does not begin as an export does, so it says no roll to play it into';
          throw failure(file, `${what}; replay folds it, and POST …/events takes its events`);
        }
        if (line.bytes !== null) await restorer.take(line.bytes, line.publishedFor);
      }
      await restorer?.flush();
    }
    return restored;
  } finally {
    await close();
  }
}

/** Brings one roll's own entries to where an export has them. */
class RollRestorer {
  readonly #log: EventLog;
  readonly #file: string;
  readonly #roll: RollId;
  readonly #restored: Restored;
  /** What the log has, entry by entry; null when we are past it. */
  #there: AsyncIterator<LogEntry> | null;
  #seq: number;
  #waiting: OutgoingEvent[] = [];
  #waitingBytes = 0;
  #firstWaiting = 0;

  constructor(log: EventLog, file: string, roll: RollId, inherited: number, restored: Restored) {
    this.#log = log;
    this.#file = file;
    this.#roll = roll;
    this.#seq = inherited;
    this.#restored = restored;
    this.#there = log.read(roll, { from: inherited + 1 })[Symbol.asyncIterator]();
  }

  /** The next entry of the export. */
  async take(bytes: Uint8Array, publishedFor: ExportLine['publishedFor']): Promise<void> {
    this.#seq += 1;
    const there = await this.#there?.next();
    if (there !== undefined && !there.done) {
      if (!isSame(there.value, bytes, publishedFor)) {
        const name = rollName(this.#roll);
        throw failure(
          this.#file,
          `${name} has another entry at ${this.#seq} than this export; nothing was added to it. Play into an empty log, or onto one that was played from the same roll.`,
        );
      }
      this.#restored.held += 1;
      return;
    }
    this.#there = null;
    if (
      this.#waiting.length === MOST_AT_ONCE ||
      (this.#waiting.length > 0 && this.#waitingBytes + bytes.byteLength > MOST_BYTES_AT_ONCE)
    ) {
      await this.flush();
    }
    if (this.#waiting.length === 0) this.#firstWaiting = this.#seq;
    this.#waiting.push({ ...addressOf(bytes, publishedFor), identity: identityAt(this.#seq, bytes), bytes });
    this.#waitingBytes += bytes.byteLength;
  }

  /** Appends what waits, where the export has it and nowhere else. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const expectedSeq = this.#firstWaiting - 1;
    const appended = await this.#log.append(this.#roll, this.#waiting, { expectedSeq });
    if (!appended.ok) {
      const { kind, message } = appended.error;
      const retry = kind === 'too-large' ? '' : ' Play again to go on.';
      throw failure(this.#file, `${message}${retry}`, kind === 'unavailable' || kind === 'outcome-unknown');
    }
    this.#restored.sent += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** Whether an entry is what a line keeps: byte for byte, or as an export of it would have it. */
function isSame(entry: LogEntry, bytes: Uint8Array, publishedFor: string | null): boolean {
  const kept = parseLine(Buffer.from(entryLine(entry, null)));
  if (kept.publishedFor !== publishedFor || kept.bytes === null) return false;
  return Buffer.from(entry.bytes).equals(bytes) || Buffer.from(kept.bytes).equals(bytes);
}

/** Where an entry is published: for whom it was, else for whom it names, or the theatre where it names nobody. */
function addressOf(
  bytes: Uint8Array,
  publishedFor: string | null,
): Pick<OutgoingEvent, 'entity' | 'publishedFor'> {
  const address = publishedFor ?? subjectIn(bytes) ?? THEATRE_ENTITY;
  if (ID_PATTERN.test(address) && publishedFor === null) return { entity: address };
  const entity = THEATRE_ENTITY;
  return PUBLISHED_FOR.test(address) ? { entity, publishedFor: address } : { entity };
}

function subjectIn(bytes: Uint8Array): string | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(json) && typeof json['subject'] === 'string' ? json['subject'] : null;
  } catch {
    return null;
  }
}

/**
 * What a retry is recognised by: the place and the bytes. Not the event's own identity: a log may well have an event
 * twice, and then so must its copy.
 */
function identityAt(seq: number, bytes: Uint8Array): string {
  return `export ${seq} ${createHash('sha256').update(bytes).digest('hex')}`;
}

function failure(file: string, message: string, isUnreachable = false): CommandFailure {
  const code = isUnreachable ? EXIT.unreachable : EXIT.inputWrong;
  return new CommandFailure(code, `${printable(file)}: ${message}`);
}
