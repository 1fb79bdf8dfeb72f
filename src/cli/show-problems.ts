import pc from 'picocolors';
import type { Problem } from '../scenario/problem.ts';

/** Problems as compilers write them, a line each: `file:line:column: what was wrong. Did you mean "…"?` */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, column, path, message, suggestion }) => {
    const hint = suggestion === undefined ? '' : pc.cyan(` Did you mean "${suggestion}"?`);
    return `${pc.bold(`${file}:${line}:${column}:`)} ${path}: ${message}.${hint}`;
  });
}
