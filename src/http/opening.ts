import type { z } from 'zod';
import { firstIssue } from '../../events/definition.ts';
import { jsonPath } from '../../events/event.ts';
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
