import { SingleBar } from 'cli-progress';
import { sayingOf } from '../scenario/expectation.ts';
import { loadScenario, type Scenario } from '../scenario/library.ts';
import { type PlayReport, play as playItems } from '../scenario/play.ts';
import type { PlayTarget } from '../scenario/play-target.ts';
import { playlist } from '../scenario/playlist.ts';
import type { Speed } from '../scenario/speed.ts';
import { ApiClient } from './api-client.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { problemLines } from './show-problems.ts';
import { abortOnSignals } from './signals.ts';

interface PlayOptions {
  readonly timeline?: string;
  readonly speed: Speed;
  readonly server: string;
  readonly nats?: string;
}

/** `muster play`: feeds scripts into a running service, or with `--nats` into its log over NATS (DESIGN 9). */
export async function play(scripts: readonly string[], options: PlayOptions): Promise<void> {
  const scenarios = await loadScenarios(scripts);
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
    const items = playlist(scenarios, options.speed, options.timeline);
    const total = items.reduce((sum, { scenario }) => sum + scenario.events.length, 0);
    bar.start(total, 0, { scenario: '', event: '' });
    const report = await playItems(items, target, {
      signal: abortOnSignals(),
      onProgress: ({ done, scenario, event }) =>
        bar.update(done, { scenario: scenario.id, event: event?.type ?? '' }),
    });
    bar.stop();
    tell(report);
  } finally {
    bar.stop();
    await close();
  }
}

/** Loads every script or ends the command with all that is wrong with them. */
export async function loadScenarios(scripts: readonly string[]): Promise<Scenario[]> {
  const loadings = await Promise.all(scripts.map((script) => loadScenario(script)));
  const problems = loadings.flatMap((loading) => (loading.ok ? [] : loading.problems));
  if (problems.length > 0) throw new CommandFailure(EXIT.inputWrong, problemLines(problems).join('\n'));
  return loadings.flatMap((loading) => (loading.ok ? [loading.scenario] : []));
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
    console.error(`${scenario.file}:${line}:${column}: ${event.id} ${sayingOf(said)}`);
  }
  const there = held > 0 ? `, ${formatCount(held)} were there already` : '';
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
      throw new CommandFailure(
        EXIT.inputWrong,
        `${end.scenario.file}:${line}:${column}: ${end.event.id} ${end.message}; nothing after it was sent`,
      );
    }
    case 'failed':
      throw new CommandFailure(
        end.reason === 'unreachable' ? EXIT.unreachable : EXIT.inputWrong,
        `${end.scenario.id}: ${end.message}`,
      );
    default:
      end satisfies never;
  }
}
