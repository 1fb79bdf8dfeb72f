import { type ScriptForm, scriptSchema } from './format.ts';
import { schemaProblems } from './issues.ts';
import { personsProblems } from './persons.ts';
import { type Problem, sortProblems } from './problem.ts';
import { resolveOn, type ScriptTime } from './script-time.ts';
import { readSource, type Source } from './source.ts';

/** A script whose form is right. Whether its payloads fit the catalogue is the checker's question. */
export interface Script {
  readonly file: string;
  readonly form: ScriptForm;
  /** The time of each event. */
  readonly times: readonly ScriptTime[];
  readonly source: Source;
}

export type ScriptReading =
  | { readonly ok: true; readonly script: Script }
  /** `source` is there as far as the text was YAML. */
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly source: Source | null };

/** Reads a script from its YAML text. Total: what is wrong comes back as problems, by place. */
export function readScript(file: string, text: string): ScriptReading {
  const reading = readSource(file, text);
  if (!reading.ok) return { ok: false, problems: sortProblems(reading.problems), source: null };
  const { source } = reading;
  const parsed = scriptSchema.safeParse(source.value);
  const persons = personsProblems(source);
  if (!parsed.success || persons.length > 0) {
    const form = parsed.success ? [] : schemaProblems(source, [], scriptSchema);
    return { ok: false, problems: sortProblems([...form, ...persons]), source };
  }
  const form = parsed.data;
  const times: ScriptTime[] = [];
  for (const [index, { on }] of form.events.entries()) {
    const time = resolveOn(on, times.at(-1) ?? null);
    if (typeof time === 'string') {
      return { ok: false, problems: [source.problem(['events', index, 'on'], time)], source };
    }
    times.push(time);
  }
  return { ok: true, script: { file, form, times, source } };
}
