import type { Line, Results } from './result.ts';

/** What must stand beside figures that were taken with `--quick`. */
const QUICK = 'Taken with little work: this shows that the bench runs, not how fast anything is';

const HEADER = ['figure', 'ours', 'beside', 'limit', 'ratio', 'to reach', 'reached'];

/** The results for a reader: a table, and what they were taken on. */
export function resultText({ lines, machine, runs, isQuick, seconds }: Results): string {
  const rows = [HEADER, ...lines.map(cells)].map((row) => row.map((cell) => cell.replaceAll('`', '')));
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const how = `medians of ${runs} runs in turn; ${seconds} s in all`;
  return [...table, '', takenOn(machine), how, ...(isQuick ? [QUICK] : [])].join('\n');
}

/** The same as a table of Markdown. */
export function resultMarkdown({ lines, machine, isQuick }: Results): string {
  const rows = [HEADER, HEADER.map(() => '---'), ...lines.map(cells)];
  const how = `${takenOn(machine)}.${isQuick ? ` ${QUICK}.` : ''}`;
  return [...rows.map((row) => `| ${row.join(' | ')} |`), '', how].join('\n');
}

function takenOn({ cpu, cores, memoryGiB, node, natsServer }: Results['machine']): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; Node ${node.slice(1)}, nats-server ${natsServer}`;
}

function cells({ figure, unit, ours, beside, limit, ratio, target, isReached }: Line): string[] {
  const sign = target.bound === 'least' ? '≥' : '≤';
  const bound = target.of === 'ratio' ? `${sign} ${target.value}×` : `${sign} ${target.value} ${unit}`;
  return [
    figure,
    `${figureText(ours)} ${unit}`,
    beside,
    figureText(limit),
    `${figureText(ratio)}×`,
    bound,
    isReached ? 'yes' : 'no',
  ];
}

/** Three digits, and thousands told apart. */
function figureText(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
}
