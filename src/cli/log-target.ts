import { type RollId, rollName } from '../../events/ids.ts';
import { openAtHead } from '../log/open-at-head.ts';
import type { AppendError, EventLog } from '../log/port.ts';
import type { CompiledEvent } from '../scenario/compile.ts';
import { HeldEvents } from '../scenario/held-events.ts';
import {
  aboutKnown,
  type Opened,
  type PlayAbout,
  type PlayTarget,
  type Sent,
  type TargetFailure,
} from '../scenario/play-target.ts';
import { RollLog } from '../service/roll-log.ts';

/** What is known of a roll that is played on. */
interface Played {
  readonly source: string;
  /** The last entry known. */
  last: number;
  /** Whether an append was never acknowledged: what there is of it stands after the last known entry. */
  isUnsure: boolean;
}

/**
 * Plays into a log: it keeps what it is given and judges nothing, so the player judges by itself. What a call left
 * behind whose outcome is unknown is looked up at the next, and not appended again.
 */
export function logTarget(log: EventLog): PlayTarget {
  const playing = new Map<string, Played>();

  async function heldAfter(roll: RollId, seq: number, source: string) {
    const held = new HeldEvents(source, roll);
    let last = seq;
    for await (const entry of log.read(roll, { from: seq + 1 })) {
      last = entry.seq;
      held.take(entry);
    }
    return { held, last };
  }

  /** Behind the last known entry the log need not look where it put them; it does if somebody else appends as well. */
  async function append(roll: RollId, events: readonly CompiledEvent[], expectedSeq: number) {
    const appended = await log.append(roll, events, { expectedSeq });
    return appended.ok || appended.error.kind !== 'conflict' ? appended : log.append(roll, events);
  }

  return {
    async *entries(roll: RollId) {
      yield* new RollLog(log, roll, await log.rolls()).read();
    },

    async open(roll: RollId, about: PlayAbout, source: string): Promise<Opened> {
      const known = (await log.rolls()).find((info) => rollName(info.roll) === rollName(roll));
      const opened = await openAtHead(log, roll, aboutKnown(known, roll, about));
      if (!opened.ok) {
        const kind = opened.error.kind === 'unavailable' ? 'unreachable' : 'refused';
        return { ok: false, kind, message: opened.error.message };
      }
      try {
        const { held, last } = await heldAfter(roll, 0, source);
        playing.set(rollName(roll), { source, last, isUnsure: false });
        return { ok: true, about: opened.value, held };
      } catch (error) {
        return unreadable(error);
      }
    },

    async send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent> {
      const played = playing.get(rollName(roll));
      if (played === undefined) throw new Error(`${rollName(roll)} was not opened`);
      let missing = events;
      if (played.isUnsure) {
        try {
          const { held } = await heldAfter(roll, played.last, played.source);
          const ids = new Set(held.events.map(({ id }) => id));
          missing = events.filter(({ id }) => !ids.has(id));
        } catch (error) {
          return unreadable(error);
        }
      }
      const appended = await append(roll, missing, played.last);
      if (!appended.ok) {
        played.isUnsure ||= appended.error.kind === 'outcome-unknown';
        return failure(appended.error);
      }
      played.isUnsure = false;
      const dropped = missing.find((_, place) => (appended.value[place] ?? 0) <= played.last);
      if (dropped !== undefined) {
        const message = `the store took ${dropped.id} for a repeat of what it had under this id, and dropped it; play again in a few minutes`;
        return { ok: false, kind: 'refused', message };
      }
      played.last = Math.max(played.last, ...appended.value);
      return { ok: true, said: null };
    },
  };
}

function unreadable(error: unknown): TargetFailure {
  return { ok: false, kind: 'unreachable', message: `the log can't be read: ${String(error)}` };
}

function failure(error: AppendError): TargetFailure {
  switch (error.kind) {
    case 'unavailable':
      return { ok: false, kind: 'unreachable', message: error.message };
    case 'outcome-unknown':
      return {
        ok: false,
        kind: 'unreachable',
        message: `${error.message}; play again to send what is missing`,
      };
    case 'conflict':
    case 'too-large':
      return { ok: false, kind: 'refused', message: error.message };
    default:
      return error satisfies never;
  }
}
