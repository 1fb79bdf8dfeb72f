import { readEvent } from '../../events/event.ts';
import { type RollId, rollName } from '../../events/ids.ts';
import { openAtHead } from '../log/open-at-head.ts';
import type { AppendError, EventLog } from '../log/port.ts';
import { type CompiledEvent, identityOf } from '../scenario/compile.ts';
import type { Opened, PlayAbout, PlayTarget, Sent, TargetFailure } from '../scenario/play-target.ts';

/**
 * Plays into a log: it keeps what it is given and judges nothing, so the player judges by itself. What a call left
 * behind whose outcome is unknown is looked up at the next, and not appended again.
 */
export function logTarget(log: EventLog): PlayTarget {
  /** The last entry known of each roll. */
  const known = new Map<string, number>();
  /** Rolls with an append that was never acknowledged; what there is of it stands after the last known entry. */
  const unsure = new Set<string>();

  async function heldAfter(roll: RollId, seq: number): Promise<{ held: Set<string>; last: number }> {
    const held = new Set<string>();
    let last = seq;
    for await (const entry of log.read(roll, { from: seq + 1 })) {
      last = entry.seq;
      const form = readEvent(entry.bytes);
      if (form.ok) held.add(identityOf(form.event.envelope));
    }
    return { held, last };
  }

  /** Behind the last known entry the log need not look where it put them; it does if somebody else appends as well. */
  async function append(roll: RollId, events: readonly CompiledEvent[], expectedSeq: number) {
    const appended = await log.append(roll, events, { expectedSeq });
    return appended.ok || appended.error.kind !== 'conflict' ? appended : log.append(roll, events);
  }

  return {
    judges: false,

    async open(roll: RollId, about: PlayAbout): Promise<Opened> {
      const opened = await openAtHead(log, roll, about);
      if (!opened.ok) {
        const kind = opened.error.kind === 'unavailable' ? 'unreachable' : 'refused';
        return { ok: false, kind, message: opened.error.message };
      }
      const { held, last } = await heldAfter(roll, opened.value.base?.seq ?? 0);
      known.set(rollName(roll), last);
      return { ok: true, held };
    },

    async send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent> {
      const name = rollName(roll);
      let missing = events;
      if (unsure.has(name)) {
        try {
          const { held } = await heldAfter(roll, known.get(name) ?? 0);
          missing = events.filter(({ identity }) => !held.has(identity));
        } catch (error) {
          return { ok: false, kind: 'unreachable', message: `the log can't be read: ${String(error)}` };
        }
      }
      const appended = await append(roll, missing, known.get(name) ?? 0);
      if (!appended.ok) {
        if (appended.error.kind === 'outcome-unknown') unsure.add(name);
        return failure(appended.error);
      }
      unsure.delete(name);
      known.set(name, Math.max(known.get(name) ?? 0, ...appended.value));
      return { ok: true, said: null };
    },
  };
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
