import { z } from 'zod';
import { catalogue, catalogueEntry } from '../../events/catalogue.ts';
import { countsPersons } from '../../events/estimate.ts';
import { foundInstead, isPlainCount } from '../../events/persons-text.ts';
import type { Problem } from './problem.ts';
import type { Source } from './source.ts';

type Path = readonly string[];

const PARTS = ['low', 'best', 'high'];

/**
 * Numbers of persons in a script that are not written as digits alone. YAML takes `15.000` for fifteen and `017` for
 * seventeen or fifteen: nothing of that kind is guessed. An event that is meant to be refused for its form may have a
 * text there, but no number that would pass.
 */
export function personsProblems(source: Source): Problem[] {
  const events = source.at(['events']);
  if (!Array.isArray(events)) return [];
  return events.flatMap((_, index) => problemsOf(source, index));
}

function problemsOf(source: Source, index: number): Problem[] {
  const event = ['events', index];
  const meantToFail = source.at([...event, 'expect', 'refused']) === 'malformed';
  return placesOf(source, [...event, 'type'], [...event, 'data']).flatMap((path) => {
    const value = source.at(path);
    const written = source.writtenAt(path);
    const isCount = typeof value === 'number' || (typeof value === 'string' && !meantToFail);
    if (!isCount || written === undefined || isPlainCount(written)) return [];
    return [source.problem(path, `expected persons in digits alone: ${foundInstead(written)}`)];
  });
}

/** Where a payload counts persons, down to the parts of an estimate. */
function placesOf(
  source: Source,
  type: readonly PropertyKey[],
  data: readonly PropertyKey[],
): PropertyKey[][] {
  const name = source.at(type);
  const entry = typeof name === 'string' ? catalogueEntry(name) : undefined;
  if (entry === undefined) return [];
  const payload = [...data, 'data'];
  const own = PATHS.get(entry.type) ?? [];
  const ofTarget = entry.type === 'event.corrected' ? pathsOfPayload(source.at(payload)) : [];
  const places = [...own.map((path) => [...data, ...path]), ...ofTarget.map((path) => [...payload, ...path])];
  return places.flatMap((place) => [place, ...PARTS.map((part) => [...place, part])]);
}

const PATHS: ReadonlyMap<string, readonly Path[]> = new Map(
  catalogue.map(({ type, data }) => [type, pathsIn(data)]),
);

/** Where persons are counted in the payload that a correction brings: by the types that it may be of. */
function pathsOfPayload(payload: unknown): readonly Path[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const keys = Object.keys(payload);
  const types = catalogue.filter(({ data }) => {
    const shape: object = data instanceof z.ZodObject ? data.shape : {};
    return keys.every((key) => key in shape);
  });
  const paths = types.flatMap(({ type }) => PATHS.get(type) ?? []);
  return [...new Map(paths.map((path) => [path.join(), path])).values()];
}

function pathsIn(schema: z.core.$ZodType): Path[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return pathsIn(schema.unwrap());
  if (countsPersons(schema)) return [[]];
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: z.core.$ZodShape = schema.shape;
  return Object.entries(shape).flatMap(([key, inner]) => pathsIn(inner).map((path) => [key, ...path]));
}
