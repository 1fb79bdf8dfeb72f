import { z } from 'zod';
import { benchmarksSchema } from './benchmarks.ts';
import { referenceId, sourceSchema } from './citation.ts';
import { placesSchema } from './places.ts';
import { precedentsSchema } from './precedents.ts';

/** The files of the reference data, by the key under which each is read. */
export const REFERENCE_FILES = {
  sources: 'sources.yaml',
  benchmarks: 'benchmarks.yaml',
  precedents: 'precedents.yaml',
  places: 'places.yaml',
} as const;

/**
 * What the read models are shown beside: public figures with their sources, precedents, places. None of it
 * enters a fold. A citation names a source that is there, a source is cited, an id stands once.
 */
export const referenceSchema = z
  .strictObject({
    sources: z.record(referenceId, sourceSchema),
    benchmarks: benchmarksSchema,
    precedents: precedentsSchema,
    places: placesSchema,
  })
  .superRefine((reference, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    const cited = citedIn(reference);
    for (const id of cited) {
      if (reference.sources[id] === undefined) complain(`sources.yaml has no source "${id}"`);
    }
    for (const id of Object.keys(reference.sources)) {
      if (!cited.has(id)) complain(`nothing cites the source "${id}" of sources.yaml; take it out`);
    }
    const { benchmarks, precedents, places } = reference;
    const figures = [...benchmarks.streams, ...precedents.precedents].flatMap(({ figures }) => figures);
    const lists = {
      stream: benchmarks.streams,
      precedent: precedents.precedents,
      figure: figures,
      'missing figure': [...benchmarks.missing, ...precedents.missing],
      region: places.regions,
      place: places.places,
    };
    for (const [name, entries] of Object.entries(lists)) {
      for (const id of repeated(entries)) complain(`the ${name} "${id}" is there twice`);
    }
    const regions = new Set(places.regions.map(({ id }) => id));
    for (const { id, region } of places.places) {
      if (!regions.has(region)) complain(`the place "${id}" is in a region that is not listed: "${region}"`);
    }
  });

export type Reference = z.output<typeof referenceSchema>;

function citedIn({
  benchmarks,
  precedents,
  places,
}: Pick<Reference, 'benchmarks' | 'precedents' | 'places'>) {
  const figures = [...benchmarks.streams, ...precedents.precedents].flatMap(({ figures }) => figures);
  const citations = [...figures, ...precedents.precedents].flatMap(({ citations }) => citations);
  return new Set([
    ...citations.map(({ source }) => source),
    ...places.places.map(({ point }) => point.source),
  ]);
}

function repeated(entries: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  return entries.map(({ id }) => id).filter((id) => seen.size === seen.add(id).size);
}
