import { type RollId, rollName } from '../../events/ids.ts';
import type { Base, BranchRefused, RollInfo } from './port.ts';

/** A roll that nobody opened, as its entries alone make it known. */
export function untitled(roll: RollId): RollInfo {
  const { theatre, timeline } = roll;
  return { roll: { theatre, timeline }, title: timeline, basis: 'reported', base: null };
}

function sameBase(one: Base | null, other: Base | null): boolean {
  return one?.timeline === other?.timeline && one?.seq === other?.seq;
}

/**
 * Why a roll may not be opened with this base, or null if it may. `known`: the roll as it stands, if it exists;
 * `baseHead`: the seq of the base's last entry, null if there is no such roll.
 */
export function refuseBranch(
  roll: RollId,
  known: Pick<RollInfo, 'base'> | null,
  base: Base | null,
  baseHead: number | null,
): BranchRefused | null {
  const refuse = (message: string): BranchRefused => ({ kind: 'branch-refused', message });
  if (known !== null) {
    return sameBase(known.base, base)
      ? null
      : refuse(
          `${rollName(roll)} exists already, ${described(known.base)}, and can't be opened ${described(base)}. Choose another timeline.`,
        );
  }
  if (base === null) {
    return null;
  }
  const baseName = rollName({ theatre: roll.theatre, timeline: base.timeline });
  if (!Number.isSafeInteger(base.seq) || base.seq < 0) {
    return refuse(
      `${rollName(roll)} can't branch from ${baseName} at ${base.seq}: a place in a log is 0 or more.`,
    );
  }
  if (baseHead === null) {
    return refuse(
      `${rollName(roll)} can't branch from ${baseName}: there is no such roll. Write that one first.`,
    );
  }
  if (base.seq > baseHead) {
    return refuse(
      `${rollName(roll)} can't branch from ${baseName} at ${base.seq}: it has ${baseHead} entries. Branch at ${baseHead} or before.`,
    );
  }
  return null;
}

function described(base: Base | null): string {
  return base === null ? 'without a base' : `as a branch of ${base.timeline} at ${base.seq}`;
}
