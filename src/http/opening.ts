import type { z } from 'zod';
import { firstIssue } from '../../events/definition.ts';
import { jsonPath, readEvent } from '../../events/event.ts';
import type { RollId } from '../../events/ids.ts';
import type { Basis, BranchRefused, Unavailable } from '../log/port.ts';
import { wasClosed } from '../service/missing-roll.ts';
import type { Service } from '../service/service.ts';
import type { Caller } from './access.ts';
import { missing } from './answers.ts';
import { Problem } from './problem.ts';
import { rollOpening } from './roll-info-schemas.ts';

/** Reads the body that opens a roll. Throws a Problem with the JSON path and what was expected there. */
export function readOpening(body: unknown): z.output<typeof rollOpening> {
  const parsed = rollOpening.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const { path, message } = firstIssue(parsed.error);
  throw new Problem('bad-request', `${jsonPath(path)}: ${message}`);
}

function jsonOf(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : null;
  } catch {
    throw new Problem('bad-request', '$: not JSON; expected an object with title, basis and base.');
  }
}

/**
 * Lets events in for a roll that is there and not closed. With the events themselves (the caller said `?open=true`) the
 * roll is opened if it is not, on the basis of the first that has one. Throws a Problem otherwise.
 */
export async function requireOpen(
  service: Service,
  id: RollId,
  caller: Caller,
  opening: readonly Uint8Array[] | null,
): Promise<void> {
  // Where the log can't be asked, handing in the events says so.
  const live = await service.find(id).catch(() => null);
  if (live === null) return;
  const { openedAs = null, isClosed = false } = live?.summary ?? {};
  if (opening !== null && (openedAs === null || isClosed)) {
    const basis = basisOfFirst(opening, id);
    // Then each of them gets its own verdict, and none is in the log.
    if (basis === null) return;
    const opened = await service.open(id, { title: id.timeline, basis, base: null });
    if (!opened.ok) throw openingFailed(opened.error);
    return;
  }
  const address = `/api/rolls/${id.theatre}/${id.timeline}`;
  const remedy = `PUT ${address} with title, basis and base opens it, and so does ?open=true at the end of this address.`;
  if (live === undefined) throw await missing(service, id, caller, remedy);
  if (isClosed) throw new Problem('closed', `${wasClosed(id)} ${remedy}`);
}

/** What to answer when a roll could not be opened. */
export function openingFailed({ kind, message }: BranchRefused | Unavailable): Problem {
  return new Problem(kind === 'unavailable' ? 'unavailable' : 'other-base', message);
}

/** The basis of the first event that is one; null if none is. */
function basisOfFirst(events: readonly Uint8Array[], id: RollId): Basis | null {
  for (const bytes of events) {
    const form = readEvent(bytes, id);
    if (form.ok) return form.event.envelope.basis;
  }
  return null;
}
