import { type RollId, rollName } from '../../events/ids.ts';
import type { Base, BranchRefused, EventLog, Result, RollAbout, RollInfo, Unavailable } from './port.ts';

/** What a roll is; `base` is the timeline it branches from, wherever that one is when the roll is opened. */
export interface RollOpening extends Omit<RollAbout, 'base'> {
  readonly base: string | null;
}

/**
 * Opens a roll that branches from the head of its base. One that branches from that base already keeps its place,
 * so a script that is played again finds its roll as it was.
 */
export async function openAtHead(
  log: EventLog,
  roll: RollId,
  { title, basis, base }: RollOpening,
): Promise<Result<RollInfo, BranchRefused | Unavailable>> {
  return log.open(roll, { title, basis, base: base === null ? null : await placeOf(log, roll, base) });
}

async function placeOf(log: EventLog, roll: RollId, timeline: string): Promise<Base> {
  const known = (await log.rolls()).find((info) => rollName(info.roll) === rollName(roll));
  if (known?.base?.timeline === timeline) return known.base;
  return { timeline, seq: await log.head({ theatre: roll.theatre, timeline }) };
}
