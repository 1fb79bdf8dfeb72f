import { REPORTS } from '../readmodels/reports/catalogue.ts';
import { type CheckReport, checkScenario } from '../scenario/check.ts';
import { type Coverage, EVERYTHING, missingFrom, together } from '../scenario/coverage.ts';
import { outColours as pc } from './colours.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { givenScript } from './load-scenarios.ts';
import { formatCount } from './numbers.ts';
import { printable } from './printable.ts';
import { problemLines } from './show-problems.ts';
import { stdoutColumns } from './show-roll.ts';
import { wrapped } from './wrapped.ts';

/** `muster check`: lints scripts; problems with their places, then what the scripts reach (DESIGN 9). */
export async function check(scripts: readonly string[]): Promise<void> {
  const reports: CheckReport[] = [];
  for (const script of scripts) {
    const report = await checkScenario(await givenScript(script));
    reports.push(report);
    console.log(reportLines(report).join('\n'));
  }
  if (reports.length > 1) {
    const all = together(reports.map(({ coverage }) => coverage));
    console.log([pc.bold('together'), ...coverageLines(all)].join('\n'));
  }
  const problems = reports.reduce((sum, report) => sum + report.problems.length, 0);
  if (problems > 0) {
    throw new CommandFailure(EXIT.inputWrong, counted(problems, 'problem'));
  }
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${formatCount(count)} ${what}s`;
}

function reportLines({ file, problems, warnings, summary, coverage, scenario }: CheckReport): string[] {
  const { events, accepted, refused, duplicates, expectations, met } = summary;
  const verdict = problems.length === 0 ? pc.green('right') : pc.red(`${problems.length} wrong`);
  const slips = warnings.length === 0 ? '' : pc.yellow(`, ${counted(warnings.length, 'warning')}`);
  const lines = [
    `${pc.bold(printable(scenario?.id ?? file))} ${verdict}${slips}`,
    ...problemLines(problems, pc),
    ...problemLines(warnings, pc, 'warning: '),
  ];
  if (scenario === null) return lines;
  const counts = [
    counted(events, 'event'),
    `${formatCount(accepted)} accepted`,
    ...(refused > 0 ? [`${formatCount(refused)} refused`] : []),
    ...(duplicates > 0 ? [`${formatCount(duplicates)} duplicates`] : []),
    ...(expectations > 0 ? [`${met} of ${expectations} expectations met`] : []),
  ];
  return [...lines, `  ${counts.join(' · ')}`, ...coverageLines(coverage)];
}

function coverageLines(coverage: Coverage): string[] {
  const missing = missingFrom(coverage);
  const lines = (kind: keyof Coverage, what: string, untouched: string) => {
    const reached = `  ${coverage[kind].length} of ${EVERYTHING[kind].length} ${what}`;
    if (untouched === '') return [reached];
    const [first = '', ...more] = wrapped(`${reached.trim()}; not ${untouched}`, stdoutColumns() - 2);
    return [`${reached}${pc.dim(first.slice(reached.length))}`, ...more.map((line) => pc.dim(`  ${line}`))];
  };
  return [
    ...lines('pathways', 'pathways', missing.pathways.join(', ')),
    ...lines('states', 'states', missing.states.join(', ')),
    ...lines('types', 'event types', typesText(missing.types)),
    ...lines('reports', 'reports', missing.reports.map((name) => REPORTS[name].title).join(', ')),
  ];
}

/** Types, with what they are about said once: `war.ended .resumed, tension.flared`. */
function typesText(types: readonly string[]): string {
  const byPrefix = new Map<string, string[]>();
  for (const type of types) {
    const [prefix = '', what = ''] = type.split('.');
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), `.${what}`]);
  }
  return [...byPrefix].map(([prefix, endings]) => `${prefix}${endings.join(' ')}`).join(', ');
}
