import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CompiledScript, compileScript } from '../../src/scenario/compile.ts';
import type { Library, Scenario } from '../../src/scenario/library.ts';
import { loadScenario } from '../../src/scenario/library.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { readScript, type Script } from '../../src/scenario/read.ts';

/** The head of a script that stands alone; it fills lines 1 to 5. */
export const HEAD = `scenario: trial
title: A trial
theatre: ukraine
basis: hypothetical
events:
`;

/** Sends a contingent of 1,000; fills four lines. */
export const DEPLOY = `  - on: 2027-01-01
    type: contingent.deployed
    contingent: corps
    data: { strength: 1000, kind: infantry, origin: DPRK }
`;

/** Problems as `line:column path message → suggestion`. */
export function told(problems: readonly Problem[]): string[] {
  return problems.map(({ line, column, path, message, suggestion }) => {
    const meant = suggestion === undefined ? '' : ` → ${suggestion}`;
    return `${line}:${column} ${path} ${message}${meant}`;
  });
}

/** Problems as `path message → suggestion`. */
export function withoutPlaces(problems: readonly Problem[]): string[] {
  return told(problems).map((it) => it.slice(it.indexOf(' ') + 1));
}

/** A script without the marks ▸ in it, and where they stood. */
export function unmarked(marked: string): { text: string; places: string[] } {
  const places = marked.split('\n').flatMap((line, index) =>
    line
      .split('▸')
      .slice(0, -1)
      .map((_, mark, parts) => `${index + 1}:${parts.slice(0, mark + 1).join('').length + 1}`),
  );
  return { text: marked.replaceAll('▸', ''), places };
}

export function problemsIn(text: string): string[] {
  const reading = readScript('trial.yaml', text);
  return reading.ok ? [] : told(reading.problems);
}

export function script(text: string): Script {
  const reading = readScript('trial.yaml', text);
  if (!reading.ok) throw new Error(told(reading.problems).join('\n'));
  return reading.script;
}

export function compiled(text: string): CompiledScript {
  return compileScript(script(text));
}

/** The CloudEvents of a script, as JSON. */
export function eventsOf({ events }: Pick<CompiledScript, 'events'>): Record<string, unknown>[] {
  return events.map(({ bytes }): Record<string, unknown> => JSON.parse(new TextDecoder().decode(bytes)));
}

/** A folder with files in it that is gone after the test. */
export async function folder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scenario-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}

/** Loads a script from files of a folder; bundled are none but those. */
export async function loaded(files: Readonly<Record<string, string>>, name: string): Promise<Scenario> {
  const directory = await folder(files);
  const library: Library = { bundled: directory };
  const loading = await loadScenario(join(directory, name), library);
  if (!loading.ok) throw new Error(told(loading.problems).join('\n'));
  return loading.scenario;
}
