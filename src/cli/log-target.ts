import { readEvent } from '../../events/event.ts';
import type { RollId } from '../../events/ids.ts';
import { openAtHead } from '../log/open-at-head.ts';
import type { AppendError, EventLog } from '../log/port.ts';
import { type CompiledEvent, identityOf } from '../scenario/compile.ts';
import type { Opened, PlayAbout, PlayTarget, Sent, TargetFailure } from '../scenario/play-target.ts';

/** Plays into a log: it keeps what it is given and judges nothing, so the player judges by itself. */
export function logTarget(log: EventLog): PlayTarget {
  return {
    async open(roll: RollId, about: PlayAbout): Promise<Opened> {
      const opened = await openAtHead(log, roll, about);
      if (!opened.ok) {
        const kind = opened.error.kind === 'unavailable' ? 'unreachable' : 'refused';
        return { ok: false, kind, message: opened.error.message };
      }
      const held = new Set<string>();
      for await (const { bytes } of log.read(roll, { from: (opened.value.base?.seq ?? 0) + 1 })) {
        const form = readEvent(bytes);
        if (form.ok) held.add(identityOf(form.event.envelope));
      }
      return { ok: true, held };
    },

    async send(roll: RollId, events: readonly CompiledEvent[]): Promise<Sent> {
      const appended = await log.append(roll, events);
      return appended.ok ? { ok: true, said: null } : failure(appended.error);
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
