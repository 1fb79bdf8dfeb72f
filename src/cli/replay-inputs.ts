import { existsSync } from 'node:fs';
import { ID_PATTERN, type RollId, rollName } from '../../events/ids.ts';
import type { RollInfo } from '../log/port.ts';
import type { DocumentHome } from '../readmodels/roll-document.ts';
import type { RawEntry } from '../roll/settlement.ts';
import type { Scenario } from '../scenario/library.ts';
import { type GivenScript, isScriptName } from '../scenario/script-file.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { parseLine } from './export-lines.ts';
import { type InputFile, openInput } from './input-file.ts';
import { printable } from './printable.ts';

/** An event of an input, and where it belongs. */
export type InputEvent = Omit<RawEntry, 'seq'>;

/** Files as one log. */
export interface Inputs {
  /** The roll that flags or scripts name, or the export that was read last. */
  readonly home: DocumentHome;
  readonly title: string;
  /** The events of all files, in order, from the start; can be called again. */
  read(): AsyncIterable<InputEvent>;
  dispose(): Promise<void>;
}

type Source =
  | Extract<InputFile, { kind: 'events' }>
  | { readonly kind: 'script'; readonly name: string; readonly scenarios: readonly Scenario[] };

/**
 * Opens the inputs of a replay: events as JSON (`-` is stdin), scripts, or names of bundled scenarios. A script that
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
  let latest: RollInfo | null = null;
  return {
    get home() {
      return {
        theatre: home.theatre ?? latest?.roll.theatre ?? null,
        timeline: home.timeline ?? latest?.roll.timeline ?? null,
      };
    },
    get title() {
      return scenario?.title ?? latest?.title ?? sources.map(({ name }) => name).join(' + ');
    },
    async *read() {
      let count = 0;
      for (const source of sources) {
        if (source.kind === 'script') {
          for (const { roll, events } of source.scenarios) {
            for (const { bytes } of events) yield { bytes, home: roll };
            count += events.length;
          }
          continue;
        }
        let linesHome: Partial<RollId> = given(home);
        for await (const bytes of source.events()) {
          const line = parseLine(bytes);
          if (line.roll !== null) {
            requireContinued(source.name, line.roll, count);
            latest = line.roll;
            linesHome = line.roll.roll;
          }
          if (line.bytes !== null) {
            const event = { bytes: line.bytes, home: linesHome };
            yield line.publishedFor === null ? event : { ...event, publishedFor: line.publishedFor };
            count += 1;
          }
        }
      }
    },
    async dispose() {
      for (const source of sources) if (source.kind === 'events') await source.dispose();
    },
  };
}

/** The places that are known. */
function given({ theatre, timeline }: DocumentHome): Partial<RollId> {
  return { ...(theatre === null ? {} : { theatre }), ...(timeline === null ? {} : { timeline }) };
}

/** A roll of an export goes on where its base is left, which the same export has before it. */
function requireContinued(name: string, { roll, base }: RollInfo, count: number): void {
  const from = base?.seq ?? 0;
  if (count === from) return;
  const where = base === null ? 'begins a log of its own' : `goes on from ${base.timeline} at ${base.seq}`;
  throw new CommandFailure(
    EXIT.inputWrong,
    `${printable(name)}: ${rollName(roll)} ${where}, and ${count} events come before it. An export brings what its roll stands on: give it alone, or first.`,
  );
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
  const isNamed = !existsSync(file) && (ID_PATTERN.test(file) || isScriptName(file));
  if (isNamed) return scriptSource(file, file, isFirst);
  const input = await openInput(file);
  if (input.kind === 'events') return input;
  try {
    return await scriptSource(input.name, { file: input.name, bytes: await input.bytes() }, isFirst);
  } finally {
    await input.dispose();
  }
}

async function scriptSource(name: string, script: string | GivenScript, isFirst: boolean): Promise<Source> {
  // Here: a log alone needs no YAML.
  const { loadScenarios } = await import('./load-scenarios.ts');
  const { lineage } = await import('../scenario/library.ts');
  const [scenario] = await loadScenarios([script]);
  if (scenario === undefined) throw new Error(`${name} was loaded and is not there`);
  return { kind: 'script', name, scenarios: isFirst ? lineage(scenario) : [scenario] };
}
