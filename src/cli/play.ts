import { existsSync, statSync } from 'node:fs';
import { ID_PATTERN } from '../../events/ids.ts';
import { play as playItems } from '../scenario/play.ts';
import type { PlayTarget } from '../scenario/play-target.ts';
import { playlist } from '../scenario/playlist.ts';
import type { GivenScript } from '../scenario/script-file.ts';
import { ApiClient } from './api-client.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { type InputFile, openInput } from './input-file.ts';
import { loadScenarios } from './load-scenarios.ts';
import { openLog, placeOf } from './open-log.ts';
import { type ExportFile, playExports } from './play-export.ts';
import { printable } from './printable.ts';
import { progressBar } from './progress-bar.ts';
import { readId, readSpeed } from './read-options.ts';
import { abortOnSignals } from './signals.ts';
import { playedText, tellPlay, throwIfDiffering } from './tell-play.ts';

interface PlayOptions {
  readonly timeline?: string;
  readonly speed: string;
  readonly server: string;
  readonly nats?: string;
  readonly data?: string;
}

/**
 * `muster play`: feeds scripts into a running service, or with `--nats` or `--data` into the log itself; and
 * exports, into the log itself only (DESIGN 9).
 */
export async function play(files: readonly string[], options: PlayOptions): Promise<void> {
  const scripts: (string | GivenScript)[] = [];
  const exports: ExportFile[] = [];
  try {
    for (const file of files) {
      const input = await openNamed(file);
      if (typeof input === 'string') scripts.push(input);
      else if (input.kind === 'events') exports.push(input);
      else {
        scripts.push({ file: input.name, bytes: await input.bytes() });
        await input.dispose();
      }
    }
    if (exports.length === 0) await playScripts(scripts, options);
    else await playBack(exports, scripts.length > 0, options);
  } finally {
    for (const { dispose } of exports) await dispose();
  }
}

/** The file of a name, opened; the name itself where it is that of a bundled script, or where nothing is. */
async function openNamed(file: string): Promise<InputFile | string> {
  const isFile =
    file === '-' || (existsSync(file) && !(ID_PATTERN.test(file) && statSync(file).isDirectory()));
  return isFile ? openInput(file) : file;
}

async function playBack(
  exports: readonly ExportFile[],
  withScripts: boolean,
  options: PlayOptions,
): Promise<void> {
  const other = exports.find(({ layout }) => layout !== 'lines');
  if (other !== undefined) {
    const what = other.layout === 'array' ? 'a JSON array of events' : 'JSON over several lines';
    throw new CommandFailure(
      EXIT.inputWrong,
      `${printable(other.name)}: this is ${what}. play takes scripts, and what muster export wrote: an entry a line. POST …/events takes the events, and replay folds them`,
    );
  }
  const place = placeOf(options);
  if (withScripts || options.timeline !== undefined || options.speed !== 'max') {
    const message =
      'an export is played whole and where it comes from; play scripts, --timeline and --speed apart';
    throw new CommandFailure(EXIT.usage, message);
  }
  if (place === null) {
    const why =
      'a running service takes in what the roll accepts, and an export has what it refused too; so it goes into the log itself';
    throw new CommandFailure(
      EXIT.usage,
      `${why}: give --nats (the service may go on), or stop the service and give its --data directory`,
    );
  }
  const { sent, held } = await playExports(exports, place);
  console.error(playedText({ sent, total: sent + held, held }));
}

async function playScripts(scripts: readonly (string | GivenScript)[], options: PlayOptions): Promise<void> {
  const speed = readSpeed('--speed', options.speed);
  const timeline = options.timeline === undefined ? undefined : readId('--timeline', options.timeline);
  const scenarios = await loadScenarios(scripts);
  const signal = abortOnSignals();
  const { target, close } = await openTarget(options);
  const bar = progressBar('{bar} {value}/{total} {scenario} {event}');
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
    tellPlay(report);
    throwIfDiffering(report);
  } finally {
    bar.stop();
    await close();
  }
}

async function openTarget(options: PlayOptions): Promise<{
  target: PlayTarget;
  close(): Promise<void>;
}> {
  const place = placeOf(options);
  if (place === null) {
    const { httpTarget } = await import('./http-target.ts');
    return {
      target: httpTarget(new ApiClient(options.server, process.env['MUSTER_TOKEN'])),
      close: async () => {},
    };
  }
  const { logTarget } = await import('./log-target.ts');
  const { log, close } = await openLog(place, 'write');
  return { target: logTarget(log), close };
}
