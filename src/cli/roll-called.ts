import { type RollId, rollName } from '../../events/ids.ts';
import type { Basis } from '../log/port.ts';
import { nearest } from '../scenario/nearest.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

/** A roll by what a command finds it by. */
export interface Callable extends RollId {
  readonly openedAs: Basis | null;
  readonly closed: boolean;
}

/**
 * The roll called `theatre.timeline`, or by its timeline alone where that is the only one of its name; one that was
 * closed only where no other is called so. Without it the command ends; `holder` is who has the rolls.
 */
export function rollCalled<R extends Callable>(name: string, rolls: readonly R[], holder: string): R {
  const wanted = name.replace('/', '.');
  const called = rolls.filter((roll) => rollName(roll) === wanted || roll.timeline === wanted);
  const open = called.filter(({ closed }) => !closed);
  const found = open.length > 0 ? open : called;
  const [roll] = found;
  if (roll !== undefined && found.length === 1) return roll;
  const what =
    found.length > 1
      ? `${printable(name)} is the name of several rolls`
      : `there is no roll ${printable(name)}`;
  const hint = found.length > 1 ? '' : meant(wanted, rolls);
  throw new CommandFailure(EXIT.inputWrong, `${what}; ${holder} has ${listed(rolls)}${hint}`);
}

function meant(wanted: string, rolls: readonly Callable[]): string {
  const announced = rolls.filter(({ openedAs, closed }) => openedAs !== null && !closed);
  const names = announced.flatMap((roll) => [roll.timeline, rollName(roll)]);
  const near = nearest(wanted, [...new Set(names)]);
  return near === undefined ? '' : `. Did you mean ${near}?`;
}

/** The rolls by name, those apart that nobody opened. */
function listed(rolls: readonly Callable[]): string {
  const open = rolls.filter(({ closed }) => !closed);
  const names = open.filter(({ openedAs }) => openedAs !== null).map(rollName);
  const unannounced = open.filter(({ openedAs }) => openedAs === null).map(rollName);
  const apart = unannounced.length === 0 ? '' : `, and unannounced, never opened: ${unannounced.join(', ')}`;
  return `${names.join(', ') || 'none yet'}${apart}`;
}
