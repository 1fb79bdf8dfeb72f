import { type RollId, rollName } from '../../events/ids.ts';
import type { Base, Basis, BranchRefused, NoSuchRoll, Result, RollAbout, RollInfo } from './port.ts';

/** A roll that nobody opened, as its entries alone make it known. */
export function untitled(roll: RollId): RollInfo {
  const { theatre, timeline } = roll;
  return { roll: { theatre, timeline }, title: timeline, basis: null, base: null };
}

/** On what a roll is shown to rest: a what-if as soon as one fact is, else what it was opened as; null if unannounced. */
export function shownBasis({ basis }: Pick<RollInfo, 'basis'>, isHypothetical: boolean): Basis | null {
  return isHypothetical ? 'hypothetical' : basis;
}

/** A roll as it is once it was opened. `known`: as it stands, if it exists; `hasEntries`: of its own. */
export function opened(
  roll: RollId,
  about: RollAbout,
  known: RollInfo | null,
  hasEntries: boolean,
): RollInfo {
  const { theatre, timeline } = roll;
  const kept = known !== null && known.basis !== null && hasEntries ? known : about;
  const { title, basis } = kept;
  const { base } = about;
  return { roll: { theatre, timeline }, title, basis, base, ...whatIf(known?.isHypothetical === true) };
}

/** A change of a roll that must be there. */
export type Change = (known: RollInfo) => RollInfo;

export const closed: Change = (known) => ({ ...known, isClosed: true });

export function notedWhatIf(isHypothetical: boolean): Change {
  return ({ isHypothetical: _, ...known }) => ({ ...known, ...whatIf(isHypothetical) });
}

/** A roll changed; refused if there is none. */
export function changed(roll: RollId, known: RollInfo | null, change: Change): Result<RollInfo, NoSuchRoll> {
  if (known !== null) return { ok: true, value: change(known) };
  return { ok: false, error: { kind: 'no-such-roll', message: `There is no roll ${rollName(roll)}.` } };
}

function whatIf(isHypothetical: boolean): Pick<RollInfo, 'isHypothetical'> {
  return isHypothetical ? { isHypothetical } : {};
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
