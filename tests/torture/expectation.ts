import type { Tally } from './summary.ts';

/** Notes what must hold; if it does not, that is a fault. */
export function expectThat(tally: Tally, isSo: boolean, what: string, found: string): void {
  if (!isSo)
    tally.faults.push({ kind: 'other', message: `expected that ${what}; found: ${found.slice(-1_500)}` });
}

/** A command ended as one should that cannot go on: that exit code, a sentence of these words, no stack trace. */
export function expectPlainEnd(
  tally: Tally,
  { code, stderr }: { readonly code: number | null; readonly stderr: string },
  exitCode: number,
  words: RegExp,
): void {
  const isPlain = code === exitCode && words.test(stderr) && !/^\s+at .+:\d+:\d+\)?$/m.test(stderr);
  expectThat(tally, isPlain, `it exits with ${exitCode} and says ${words}`, `exit code ${code}: ${stderr}`);
  if (isPlain) tally.notes.push(`exit ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
}
