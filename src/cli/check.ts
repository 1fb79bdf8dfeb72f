import { type CheckReport, checkScenario } from '../scenario/check.ts';
import { type Coverage, EVERYTHING, missingFrom, together } from '../scenario/coverage.ts';
import { outColours as pc } from './colours.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { printable } from './printable.ts';
import { problemLines } from './show-problems.ts';

/** `muster check`: lints scripts; problems with their places, then what the scripts reach (DESIGN 9). */
export async function check(scripts: readonly string[]): Promise<void> {
  const reports: CheckReport[] = [];
  for (const script of scripts) {
    const report = await checkScenario(script);
    reports.push(report);
    console.log(reportLines(report).join('\n'));
  }
  if (reports.length > 1) {
    const all = together(reports.map(({ coverage }) => coverage));
    console.log([pc.bold('together'), ...coverageLines(all)].join('\n'));
  }
  const problems = reports.reduce((sum, report) => sum + report.problems.length, 0);
  if (problems > 0) {
    throw new CommandFailure(
      EXIT.inputWrong,
      problems === 1 ? '1 problem' : `${formatCount(problems)} problems`,
    );
  }
}

function reportLines({ file, problems, summary, coverage, scenario }: CheckReport): string[] {
  const { events, accepted, refused, duplicates, expectations, met } = summary;
  const verdict = problems.length === 0 ? pc.green('right') : pc.red(`${problems.length} wrong`);
  const lines = [`${pc.bold(printable(scenario?.id ?? file))} ${verdict}`, ...problemLines(problems, pc)];
  if (scenario === null) return lines;
  const counts = [
    `${formatCount(events)} ${events === 1 ? 'event' : 'events'}`,
    `${formatCount(accepted)} accepted`,
    ...(refused > 0 ? [`${formatCount(refused)} refused`] : []),
    ...(duplicates > 0 ? [`${formatCount(duplicates)} duplicates`] : []),
    ...(expectations > 0 ? [`${met} of ${expectations} expectations met`] : []),
  ];
  return [...lines, `  ${counts.join(' · ')}`, ...coverageLines(coverage)];
}

function coverageLines(coverage: Coverage): string[] {
  const missing = missingFrom(coverage);
  return (['pathways', 'states', 'types'] as const).map((kind) => {
    const reached = `${coverage[kind].length} of ${EVERYTHING[kind].length} ${kind === 'types' ? 'event types' : kind}`;
    const names = missing[kind];
    if (names.length === 0) return `  ${reached}`;
    const shown = names.slice(0, 6).join(', ');
    const rest = names.length > 6 ? ` and ${names.length - 6} more` : '';
    return `  ${reached}${pc.dim(`; not ${shown}${rest}`)}`;
  });
}
