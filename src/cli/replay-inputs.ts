import { existsSync } from 'node:fs';
import { ID_PATTERN, type RollId } from '../../events/ids.ts';
import type { DocumentHome } from '../readmodels/roll-document.ts';
import { lineage, loadScenario, type Scenario } from '../scenario/library.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { jsonLines } from './json-lines.ts';
import { openRereadable, type Rereadable } from './rereadable.ts';
import { problemLines } from './show-problems.ts';

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
          for await (const bytes of jsonLines(source.lines.read())) yield { bytes, home: linesHome };
        }
      }
    },
    async dispose() {
      for (const source of sources) if (source.kind === 'lines') await source.lines.dispose();
    },
  };
}

async function openSource(file: string, isFirst: boolean): Promise<Source> {
  const isScript = /\.ya?ml$/.test(file) || (ID_PATTERN.test(file) && !existsSync(file));
  if (isScript) {
    const loading = await loadScenario(file);
    if (!loading.ok) {
      throw new CommandFailure(EXIT.inputWrong, problemLines(loading.problems).join('\n'));
    }
    const { scenario } = loading;
    return { kind: 'script', name: file, scenarios: isFirst ? lineage(scenario) : [scenario] };
  }
  try {
    return { kind: 'lines', name: file === '-' ? 'stdin' : file, lines: await openRereadable(file) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(EXIT.inputWrong, `${file} cannot be read: ${why}`, { cause });
  }
}
