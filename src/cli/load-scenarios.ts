import { loadScenario, type Scenario } from '../scenario/library.ts';
import { type GivenScript, scriptBytes } from '../scenario/script-file.ts';
import { errColours } from './colours.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { nameOf } from './input-file.ts';
import { formatCount } from './numbers.ts';
import { problemLines } from './show-problems.ts';

/** Loads every script, or ends the command with all that is wrong with them. */
export async function loadScenarios(scripts: readonly (string | GivenScript)[]): Promise<Scenario[]> {
  const loadings = await Promise.all(scripts.map((script) => loadScenario(script)));
  const problems = loadings.flatMap((loading) => (loading.ok ? [] : loading.problems));
  if (problems.length > 0) {
    console.error(problemLines(problems, errColours).join('\n'));
    const count = problems.length === 1 ? '1 problem' : `${formatCount(problems.length)} problems`;
    throw new CommandFailure(EXIT.inputWrong, `${count}; nothing was done`);
  }
  return loadings.flatMap((loading) => (loading.ok ? [loading.scenario] : []));
}

/** A script as a command names it: `-` is what stdin says. */
export async function givenScript(name: string): Promise<string | GivenScript> {
  return name === '-' ? { file: nameOf(name), bytes: await scriptBytes(process.stdin) } : name;
}
