import { type RollId, rollName } from '../../events/ids.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

/**
 * The roll called `theatre.timeline`, or by its timeline alone where that is the only one of its name. Without it
 * the command ends; `holder` is who has the rolls.
 */
export function rollCalled<R extends RollId>(name: string, rolls: readonly R[], holder: string): R {
  const wanted = name.replace('/', '.');
  const found = rolls.filter((roll) => rollName(roll) === wanted || roll.timeline === wanted);
  const [roll] = found;
  if (roll !== undefined && found.length === 1) return roll;
  const names = rolls.map(rollName).join(', ');
  const what =
    found.length > 1
      ? `${printable(name)} is the name of several rolls`
      : `there is no roll ${printable(name)}`;
  throw new CommandFailure(EXIT.inputWrong, `${what}; ${holder} has ${names || 'none yet'}`);
}
