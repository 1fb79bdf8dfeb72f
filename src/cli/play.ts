import { SingleBar } from 'cli-progress';
import { sayingOf } from '../scenario/expectation.ts';
import { type PlayReport, play as playItems } from '../scenario/play.ts';
import type { PlayTarget } from '../scenario/play-target.ts';
import { playlist } from '../scenario/playlist.ts';
import { ApiClient } from './api-client.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { loadScenarios } from './load-scenarios.ts';
import { formatCount } from './numbers.ts';
import { printable } from './printable.ts';
import { readId, readSpeed } from './read-options.ts';
import { abortOnSignals } from './signals.ts';

interface PlayOptions {
  readonly timeline?: string;
  readonly speed: string;
  readonly server: string;
  readonly nats?: string;
}

/** `muster play`: feeds scripts into a running service, or with `--nats` into its log over NATS (DESIGN 9). */
export async function play(scripts: readonly string[], options: PlayOptions): Promise<void> {
  const speed = readSpeed('--speed', options.speed);
  const timeline = options.timeline === undefined ? undefined : readId('--timeline', options.timeline);
  const scenarios = await loadScenarios(scripts);
  const signal = abortOnSignals();
  const { target, close } = await openTarget(options);
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {scenario} {event}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
    noTTYOutput: false,
  });
  try {
    const items = playlist(scenarios, speed, timeline);
    const total = items.reduce((sum, { scenario }) => sum + scenario.events.length, 0);
    bar.start(total, 0, { scenario: '', event: '' });
    const report = await playItems(items, target, {
      signal,
      onProgress: ({ trouble, done, scenario, event }) => {
        const doing = trouble === null ? (event?.type ?? '') : printable(`trying again: ${trouble}`);
        bar.update(done, { scenario: scenario.id, event: doing });
        if (trouble !== null && !process.stderr.isTTY) console.error(doing);
      },
    });
    bar.stop();
    tell(report);
  } finally {
    bar.stop();
    await close();
  }
}

async function openTarget({ nats, server }: PlayOptions): Promise<{
  target: PlayTarget;
  close(): Promise<void>;
}> {
  if (nats === undefined) {
    const { httpTarget } = await import('./http-target.ts');
    return { target: httpTarget(new ApiClient(server, process.env['MUSTER_TOKEN'])), close: async () => {} };
  }
  const { openNatsLog } = await import('./nats-log.ts');
  const { logTarget } = await import('./log-target.ts');
  const { log, close } = await openNatsLog(nats);
  return { target: logTarget(log), close };
}

/** Tells what was played, and ends the command if the play did not come to its end. */
export function tell({ end, total, held, sent, notAccepted }: PlayReport): void {
  for (const { scenario, event, said } of notAccepted) {
    const { line, column } = event.place;
    console.error(printable(`${scenario.file}:${line}:${column}: ${event.id} ${sayingOf(said)}`));
  }
  const there = held > 0 ? `, ${formatCount(held)} were there already` : '';
  const acknowledged = `${formatCount(sent)} of ${formatCount(total)} events were acknowledged`;
  switch (end.kind) {
    case 'done':
      console.error(`played ${formatCount(sent)} of ${formatCount(total)} events${there}`);
      return;
    case 'aborted':
      throw new CommandFailure(
        EXIT.inputWrong,
        `stopped after ${formatCount(sent)} of ${formatCount(total)} events${there}; play again to go on`,
      );
    case 'unmet': {
      const { line, column } = end.event.place;
      console.error(printable(`${end.scenario.file}:${line}:${column}: ${end.event.id} ${end.message}`));
      throw new CommandFailure(
        EXIT.inputWrong,
        `stopped at an expectation that was not met, after ${formatCount(sent)} events${there}; nothing after it was sent`,
      );
    }
    case 'failed':
      throw new CommandFailure(
        end.reason === 'unreachable' ? EXIT.unreachable : EXIT.inputWrong,
        printable(`${end.scenario.id}: ${end.message} (${acknowledged}${there}; play again to go on)`),
      );
    default:
      end satisfies never;
  }
}
