import { existsSync } from 'node:fs';
import { ID_PATTERN, type RollId } from '../../events/ids.ts';
import type { DocumentHome } from '../readmodels/roll-document.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { Scenario } from '../scenario/library.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { jsonLines } from './json-lines.ts';
import { printable } from './printable.ts';
import { openRereadable, type Rereadable } from './rereadable.ts';

/** An event of an input, and where it belongs. */
export interface InputEvent {
  readonly bytes: Uint8Array;
  readonly home: Partial<RollId>;
}

/** Files as one log. */
export interface Inputs {
  /** The roll that flags or scripts name. */
  readonly home: DocumentHome;
  readonly title: string;
  /** The events of all files, in order, from the start; can be called again. */
  read(): AsyncIterable<InputEvent>;
  dispose(): Promise<void>;
}

type Source =
  | { readonly kind: 'lines'; readonly name: string; readonly lines: Rereadable }
  | { readonly kind: 'script'; readonly name: string; readonly scenarios: readonly Scenario[] };

/**
 * Opens the inputs of a replay: JSON lines (`-` is stdin), scripts, or names of bundled scenarios. A script that
 * comes first brings along the scripts it extends; after another file it continues what that file said.
 */
export async function openInputs(files: readonly string[], named: Partial<RollId>): Promise<Inputs> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new CommandFailure(EXIT.usage, 'stdin can be read once; give - once');
  }
  const sources: Source[] = [];
  for (const file of files) sources.push(await openSource(file, sources.length === 0));

  const scenario = sources.flatMap((source) => (source.kind === 'script' ? source.scenarios : [])).at(-1);
  const home = {
    theatre: named.theatre ?? scenario?.roll.theatre ?? null,
    timeline: named.timeline ?? scenario?.roll.timeline ?? null,
  };
  const linesHome = {
    ...(home.theatre === null ? {} : { theatre: home.theatre }),
    ...(home.timeline === null ? {} : { timeline: home.timeline }),
  };
  return {
    home,
    title: scenario?.title ?? sources.map(({ name }) => name).join(' + '),
    async *read() {
      for (const source of sources) {
        if (source.kind === 'script') {
          for (const { roll, events } of source.scenarios) {
            for (const { bytes } of events) yield { bytes, home: roll };
          }
        } else {
          for await (const bytes of jsonLines(readable(source))) yield { bytes, home: linesHome };
        }
      }
    },
    async dispose() {
      for (const source of sources) if (source.kind === 'lines') await source.lines.dispose();
    },
  };
}

/** The first events as the entries of a log, at most `limit` of them. */
export async function* numbered(events: AsyncIterable<InputEvent>, limit: number): AsyncGenerator<RawEntry> {
  if (limit === 0) return;
  let seq = 0;
  for await (const event of events) {
    seq += 1;
    yield { seq, ...event };
    // Here, not before the next one: a pipe that stays open may never give it.
    if (seq === limit) return;
  }
}

async function openSource(file: string, isFirst: boolean): Promise<Source> {
  const isScript = /\.ya?ml$/.test(file) || (ID_PATTERN.test(file) && !existsSync(file));
  if (isScript) {
    // Here: a log alone needs no YAML.
    const { loadScenarios } = await import('./load-scenarios.ts');
    const { lineage } = await import('../scenario/library.ts');
    const [scenario] = await loadScenarios([file]);
    if (scenario === undefined) throw new Error(`${file} was loaded and is not there`);
    return { kind: 'script', name: file, scenarios: isFirst ? lineage(scenario) : [scenario] };
  }
  const name = file === '-' ? 'stdin' : file;
  try {
    return { kind: 'lines', name, lines: await openRereadable(file) };
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function* readable({ name, lines }: Extract<Source, { kind: 'lines' }>): AsyncGenerator<Uint8Array> {
  try {
    yield* lines.read();
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Why a file gives no events. */
function unreadable(name: string, cause: unknown): CommandFailure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'this is a directory; name the files in it'
        : `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new CommandFailure(EXIT.inputWrong, `${printable(name)}: ${why}`, { cause });
}
