import type { Envelope } from '../../events/envelope.ts';
import { PATHWAYS, type Pathway } from '../../events/vocabulary.ts';
import { type ModelParts, modelParts } from './parts.ts';
import type { PathwayTexts, Place, Statement } from './statements.ts';

/** The kinds of place that a statement has in the model. */
export const PLACE_KINDS = ['event', 'state', 'guard', 'field', 'report', 'reference'] as const;

export interface NamedPlace {
  readonly kind: (typeof PLACE_KINDS)[number];
  /** Unique among its kind: `contingent.deployed`, `garrisoned.flareUp`, `contingent.deployed/kind`. */
  readonly name: string;
}

/** An event of a bundled scenario, and where it stands in the log of that scenario's timeline. */
export interface Example {
  readonly scenario: string;
  readonly theatre: string;
  readonly event: string;
  readonly basis: Envelope['basis'];
  readonly type: string;
  readonly subject: string | null;
  readonly day: string;
  readonly seq: number;
  readonly note: string | null;
}

export interface PlacedStatement {
  readonly id: string;
  readonly says: string;
  readonly places: readonly NamedPlace[];
  readonly example: Example;
}

/** The model, explained: the pathways, the essay's statements with their places, and the parts that those name. */
export interface ModelDocument extends ModelParts {
  readonly pathways: readonly { readonly pathway: Pathway; readonly text: string }[];
  readonly company: string;
  readonly references: readonly string[];
  readonly statements: readonly PlacedStatement[];
}

/** What the document is made from, apart from the code. */
export interface ModelSources {
  readonly statements: readonly Statement[];
  readonly texts: PathwayTexts;
  /** The names of the files of reference data. */
  readonly references: readonly string[];
  /** The events of the bundled scenarios, by scenario and id. */
  readonly examples: ReadonlyMap<string, ReadonlyMap<string, Omit<Example, 'scenario' | 'event'>>>;
}

/**
 * Puts the model together. A statement that names a part which is not there, or an event that no bundled scenario
 * has, is a fault: it throws, and says all that are wrong.
 */
export function modelDocument({ statements, texts, references, examples }: ModelSources): ModelDocument {
  const parts = modelParts();
  const known = namesOf(parts, references);
  const problems: string[] = [];
  const placed = statements.flatMap(
    ({ id, says, places, example: { scenario, event } }): PlacedStatement[] => {
      const named = places.map(namedPlace);
      for (const { kind, name } of named) {
        if (!known[kind].has(name)) problems.push(`${id}: there is no ${kind} ${name}`);
      }
      const found = examples.get(scenario)?.get(event);
      if (found === undefined) {
        problems.push(`${id}: scenario ${scenario} has no event ${event}`);
        return [];
      }
      return [{ id, says, places: named, example: { scenario, event, ...found } }];
    },
  );
  if (problems.length > 0) throw new Error(`The model's statements do not fit it:\n${problems.join('\n')}`);
  return {
    ...parts,
    pathways: PATHWAYS.flatMap((pathway) => {
      const text = texts.pathways[pathway];
      return text === undefined ? [] : [{ pathway, text }];
    }),
    company: texts.company,
    references,
    statements: placed,
  };
}

function namesOf(
  parts: ModelParts,
  references: readonly string[],
): Record<NamedPlace['kind'], ReadonlySet<string>> {
  return {
    event: new Set(parts.types.flatMap(({ type, scope }) => (scope === null ? [] : [type]))),
    state: new Set(parts.states.map(({ name }) => name)),
    guard: new Set(parts.guards.map(({ name }) => name)),
    field: new Set(parts.types.flatMap(({ type, fields }) => fields.map(({ name }) => `${type}/${name}`))),
    report: new Set(parts.reports.map(({ name }) => name)),
    reference: new Set(references),
  };
}

function namedPlace(place: Place): NamedPlace {
  if ('event' in place) return { kind: 'event', name: place.event };
  if ('state' in place) return { kind: 'state', name: place.state };
  if ('guard' in place) return { kind: 'guard', name: place.guard };
  if ('field' in place) return { kind: 'field', name: place.field.join('/') };
  if ('report' in place) return { kind: 'report', name: place.report };
  return { kind: 'reference', name: place.reference };
}
