import type { Problem } from '../scenario/problem.ts';
import type { Colours } from './colours.ts';
import { printable } from './printable.ts';

/** Problems as compilers write them, a line each: `file:line:column: what was wrong. Did you mean "…"?` */
export function problemLines(problems: readonly Problem[], { bold, cyan }: Colours, kind = ''): string[] {
  return problems.map(({ file, line, column, path, message, suggestion }) => {
    const hint = suggestion === undefined ? '' : cyan(` Did you mean "${printable(suggestion)}"?`);
    const place = bold(printable(`${file}:${line}:${column}:`));
    // `$` is the script as a whole: it tells nobody anything.
    const said = printable(path === '$' ? message : `${path}: ${message}`);
    return `${place} ${kind}${said}${said.endsWith('?') ? '' : '.'}${hint}`;
  });
}
