import { catalogue, catalogueEntry } from '../../events/catalogue.ts';
import { schemaProblems } from './issues.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { Source } from './source.ts';

const TYPES = catalogue.map(({ type }) => type);

/**
 * Judges what an event of a script says by the catalogue: its type, whether it names a contingent, its payload.
 * Works on a script with other faults too: what is not there or of the wrong kind is left to the format. Empty
 * for an event that is meant to be refused for its form.
 */
export function payloadProblems(source: Source, index: number): Problem[] {
  const path = ['events', index];
  const at = (...keys: readonly string[]) => [...path, ...keys];
  const meantToFail = source.at(at('expect', 'refused'));
  if (meantToFail === 'malformed' || meantToFail === 'unknown-type') return [];

  const type = source.at(at('type'));
  if (typeof type !== 'string' || type === '') return [];
  const entry = catalogueEntry(type);
  if (entry === undefined) {
    return [source.problem(at('type'), `"${type}" is not in the catalogue`, nearest(type, TYPES))];
  }
  const problems: Problem[] = [];
  const contingent = source.at(at('contingent'));
  if (entry.subject === 'none' && contingent !== undefined) {
    const about = entry.scope === 'correction' ? 'an earlier event' : 'the whole theatre';
    const message = `${type} is about ${about}: it has no contingent. Take this line out`;
    problems.push(source.problem(at('contingent'), message, undefined, 'key'));
  }
  if (entry.subject === 'required' && contingent === undefined) {
    problems.push(source.problem(at('contingent'), `"contingent" is missing: whom ${type} is about`));
  }
  const data = source.at(at('data'));
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    problems.push(...schemaProblems(source, at('data'), entry.data, entry.unknownKey));
  }
  return problems;
}
