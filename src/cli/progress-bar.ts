import { SingleBar } from 'cli-progress';

/** A progress bar on stderr, where that is a terminal; `format` as cli-progress has it. */
export function progressBar(format: string): SingleBar {
  return new SingleBar({
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
    noTTYOutput: false,
  });
}
