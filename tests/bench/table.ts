import type { Line, Results } from './result.ts';

const HEADER = ['figure', 'ours', 'beside', 'limit', 'ratio', 'to reach', 'reached'];

/** The results for a reader: a table, and what they were taken on. */
export function resultText({ lines, machine, runs, seconds }: Results): string {
  const rows = [HEADER, ...lines.map(cells)].map((row) => row.map((cell) => cell.replaceAll('`', '')));
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', takenOn(machine), `medians of ${runs} runs in turn; ${seconds} s in all`].join('\n');
}

/** The same as a table of Markdown. */
export function resultMarkdown({ lines, machine }: Results): string {
  const rows = [HEADER, HEADER.map(() => '---'), ...lines.map(cells)];
  return [...rows.map((row) => `| ${row.join(' | ')} |`), '', `${takenOn(machine)}.`].join('\n');
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
