import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ID_PATTERN, type RollId } from '../../events/ids.ts';
import type { RawEntry } from '../roll/settlement.ts';
import { type CompiledEvent, compileScript } from './compile.ts';
import { nearest } from './nearest.ts';
import { packageRoot } from './package-root.ts';
import type { Problem } from './problem.ts';
import { readScript, type Script } from './read.ts';
import { type GivenScript, readScriptFile, type ScriptText, scriptText } from './script-file.ts';
import type { Source } from './source.ts';

/** A script with everything it stands on. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly basis: Script['form']['basis'];
  /** Where it plays. */
  readonly roll: RollId;
  /** The scenario it extends: its timeline branches from that one's, at its head. */
  readonly base: Scenario | null;
  /** Its own events, in order. */
  readonly events: readonly CompiledEvent[];
  readonly script: Script;
}

export type Loading =
  | { readonly ok: true; readonly scenario: Scenario }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The script that was asked for, as far as it was YAML. */
      readonly source: Source | null;
    };

export interface Library {
  /** Where the bundled scripts are: `<name>.yaml`. */
  readonly bundled: string;
}

/** The scripts that come with Muster. */
export function bundledLibrary(): Library {
  return { bundled: join(packageRoot(), 'events', 'scenarios') };
}

/** The names of the bundled scripts, in code-unit order. */
export async function bundledNames({ bundled }: Library = bundledLibrary()): Promise<string[]> {
  const files = await readdir(bundled);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Loads a script, by path, by the name of a bundled one or from its bytes, and the scripts it extends: each beside the
 * one that names it, or else bundled. What is wrong with any of them comes back as problems; payloads are not judged here.
 */
export async function loadScenario(
  script: string | GivenScript,
  library: Library = bundledLibrary(),
): Promise<Loading> {
  if (typeof script !== 'string') return load(script.file, scriptText(script), library, []);
  const nameOrPath = script;
  const bundled = join(library.bundled, `${nameOrPath}.yaml`);
  const isName = ID_PATTERN.test(nameOrPath);
  const file = isName && existsSync(bundled) ? bundled : nameOrPath;
  if (isName && file === nameOrPath && !existsSync(file)) {
    const names = await bundledNames(library);
    const message = `no script of this name is bundled (there are ${names.join(', ')}) and no such file is here`;
    return failed(fileProblem(nameOrPath, message, nearest(nameOrPath, names)));
  }
  return load(file, await readScriptFile(file), library, []);
}

/** A scenario and what it stands on: the first base first, the scenario last. */
export function lineage(scenario: Scenario): Scenario[] {
  return scenario.base === null ? [scenario] : [...lineage(scenario.base), scenario];
}

/** The log that a scenario and its bases make, entry by entry: what a roll with nothing else in it holds. */
export function logOf(scenario: Scenario): RawEntry[] {
  return lineage(scenario)
    .flatMap(({ roll, events }) => events.map(({ bytes }) => ({ bytes, home: roll })))
    .map((entry, index) => ({ seq: index + 1, ...entry }));
}

async function load(
  file: string,
  written: ScriptText,
  library: Library,
  above: readonly string[],
): Promise<Loading> {
  if (!written.ok) return failed(fileProblem(file, written.message));
  const reading = readScript(file, written.text);
  if (!reading.ok) return reading;
  const { script } = reading;
  const { form, source } = script;

  let base: Scenario | null = null;
  if (form.extends !== undefined) {
    const chain = [...above, resolve(file)];
    const loading = await loadBase(script, form.extends, library, chain);
    if (!loading.ok) return { ...loading, source };
    base = loading.scenario;
  }
  const { roll, events } = compileScript(script);
  const { scenario: id, title, basis } = form;
  return { ok: true, scenario: { id, title, file, basis, roll, base, events, script } };
}

async function loadBase(
  { file, form, source }: Script,
  name: string,
  library: Library,
  chain: readonly string[],
): Promise<Loading> {
  const wrong = (message: string, suggestion?: string) =>
    failed(source.problem(['extends'], message, suggestion));
  const places = [dirname(file), library.bundled].map((directory) => join(directory, `${name}.yaml`));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    const names = await bundledNames(library);
    return wrong(
      `there is no ${name}.yaml beside this script, and bundled are only ${names.join(', ')}`,
      nearest(name, names),
    );
  }
  if (chain.includes(resolve(found))) {
    return wrong(
      `${found} is being extended already: ${name} would stand on itself. Take one of these lines out`,
    );
  }
  const loading = await load(found, await readScriptFile(found), library, chain);
  if (!loading.ok) return loading;
  const { roll } = loading.scenario;
  if (roll.timeline !== name) {
    return wrong(`${found} holds the scenario ${roll.timeline}, not ${name}`, roll.timeline);
  }
  if (roll.theatre !== form.theatre) {
    return wrong(`${name} is of the theatre ${roll.theatre}; a branch stays in its theatre, ${form.theatre}`);
  }
  return loading;
}

function fileProblem(file: string, message: string, suggestion?: string): Problem {
  const problem = { file, line: 1, column: 1, path: '$', message };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

function failed(problem: Problem): Loading {
  return { ok: false, problems: [problem], source: null };
}
