import { type Stream, streamRange } from '../../../events/reference/benchmarks.ts';
import type { Reference } from '../../../events/reference/reference.ts';
import type { Benchmark } from './benchmark.ts';

/** What reports take from the reference data. */
export interface ReportReference {
  readonly benchmarks: readonly Benchmark[];
  /** Whether a place, by the text with which events name it, lies in East Asia; false for one that is not listed. */
  readonly isEastAsia: (place: string) => boolean;
}

export function reportReference({ benchmarks, places, sources }: Reference): ReportReference {
  const beyond = new Map(places.regions.map(({ id, beyondEastAsia }) => [id, beyondEastAsia]));
  const eastAsian = new Set(
    places.places.filter(({ region }) => beyond.get(region) === false).map(({ id }) => id),
  );
  return {
    benchmarks: benchmarks.streams.map((stream) => benchmarkOf(stream, sources)),
    isEastAsia: (place) => eastAsian.has(place),
  };
}

function benchmarkOf(stream: Stream, sources: Reference['sources']): Benchmark {
  const range = streamRange(stream);
  const known = range === null ? null : { low: range.low, best: range.best, high: range.high };
  const citation = stream.figures.find(({ id }) => id === range?.bestFrom)?.citations[0];
  const source = citation === undefined ? undefined : sources[citation.source];
  return {
    id: stream.id,
    title: stream.name,
    measure: stream.measure,
    usdPerHeadMonth: stream.unit === 'usd-per-head-month' ? known : null,
    usdPerYear: stream.unit === 'usd-per-year' ? known : null,
    source: source === undefined ? null : { title: source.title, url: source.url, date: source.published },
  };
}
