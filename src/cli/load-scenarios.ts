import { loadScenario, type Scenario } from '../scenario/library.ts';
import { errColours } from './colours.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { problemLines } from './show-problems.ts';

/** Loads every script, or ends the command with all that is wrong with them. */
export async function loadScenarios(scripts: readonly string[]): Promise<Scenario[]> {
  const loadings = await Promise.all(scripts.map((script) => loadScenario(script)));
  const problems = loadings.flatMap((loading) => (loading.ok ? [] : loading.problems));
  if (problems.length > 0) {
    console.error(problemLines(problems, errColours).join('\n'));
    const count = problems.length === 1 ? '1 problem' : `${formatCount(problems.length)} problems`;
    throw new CommandFailure(EXIT.inputWrong, `${count}; nothing was done`);
  }
  return loadings.flatMap((loading) => (loading.ok ? [loading.scenario] : []));
}
