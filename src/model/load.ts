import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { readEvent } from '../../events/event.ts';
import { REFERENCE_FILES } from '../../events/reference/reference.ts';
import { bundledNames, loadScenario, logOf, type Scenario } from '../scenario/library.ts';
import { packageRoot } from '../scenario/package-root.ts';
import { type Example, type ModelDocument, modelDocument } from './model-document.ts';
import { pathwaysSchema, statementsSchema } from './statements.ts';

/** The model page's document, from the files that come with Muster. */
export async function loadModel(): Promise<ModelDocument> {
  const examples = new Map<string, ReadonlyMap<string, Omit<Example, 'scenario' | 'event'>>>();
  for (const name of await bundledNames()) {
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`The bundled scenario ${name} does not load`);
    examples.set(name, examplesOf(loading.scenario));
  }
  const directory = join(packageRoot(), 'events', 'model');
  return modelDocument({
    statements: await readYaml(join(directory, 'statements.yaml'), statementsSchema),
    texts: await readYaml(join(directory, 'pathways.yaml'), pathwaysSchema),
    references: Object.keys(REFERENCE_FILES),
    examples,
  });
}

async function readYaml<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file} does not fit: ${parsed.error.message}`, { cause: parsed.error });
  return parsed.data;
}

function examplesOf(scenario: Scenario): ReadonlyMap<string, Omit<Example, 'scenario' | 'event'>> {
  const examples = new Map<string, Omit<Example, 'scenario' | 'event'>>();
  for (const { seq, bytes, home } of logOf(scenario)) {
    const form = readEvent(bytes, home);
    if (!form.ok) continue;
    const { type, subject, envelope } = form.event;
    const { theatre } = scenario.roll;
    const { basis } = envelope;
    const day = envelope.time.slice(0, 10);
    examples.set(envelope.id, { theatre, basis, type, subject, day, seq, note: envelope.note ?? null });
  }
  return examples;
}
