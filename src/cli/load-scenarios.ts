import { statSync } from 'node:fs';
import { bundledNames, loadScenario, type Scenario } from '../scenario/library.ts';
import { errColours } from './colours.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { problemLines } from './show-problems.ts';

/** Loads every script, or ends the command with all that is wrong with them. */
export async function loadScenarios(scripts: readonly string[]): Promise<Scenario[]> {
  const loadings = await Promise.all(scripts.map((script) => loadScenario(script)));
  const problems = loadings.flatMap((loading) => (loading.ok ? [] : loading.problems));
  if (problems.length > 0) {
    console.error(problemLines(problems, errColours).join('\n'));
    const count = problems.length === 1 ? '1 problem' : `${formatCount(problems.length)} problems`;
    throw new CommandFailure(await exitForWrong(scripts), `${count}; nothing was done`);
  }
  return loadings.flatMap((loading) => (loading.ok ? [loading.scenario] : []));
}

/** What wrong scripts end a command with: a name that leads to no file was given wrongly; else what stands in one is wrong. */
export async function exitForWrong(scripts: readonly string[]): Promise<ExitCode> {
  const bundled = await bundledNames();
  const isScript = (name: string) =>
    bundled.includes(name) || statSync(name, { throwIfNoEntry: false })?.isDirectory() === false;
  return scripts.every(isScript) ? EXIT.inputWrong : EXIT.usage;
}
