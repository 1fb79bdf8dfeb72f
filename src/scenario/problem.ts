/** Where something stands in a script: line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a script, where, and what was meant. */
export interface Problem extends Place {
  readonly file: string;
  /** Path of the value in the script: `$.events[3].data.role`. */
  readonly path: string;
  readonly message: string;
  /** What the author probably meant: text to put in the place of what is there. */
  readonly suggestion?: string;
}

/** The problems by file, in the order of first appearance, then by place. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
}
