import { printable } from './printable.ts';

/** Lines as they go to stdout: on a terminal, what they say is shown and not obeyed; a file gets it as it is. */
export function onTerminal(text: string, isTerminal: boolean): string {
  if (!isTerminal) return text;
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map(printable)
    .join('\n');
}
