import type { ComponentChildren } from 'preact';
import { type Stream, streamRange } from '../../../events/reference/benchmarks.ts';
import type { Citation, Figure } from '../../../events/reference/citation.ts';
import type { Reference } from '../../../events/reference/reference.ts';
import type { ModelDocument, NamedPlace } from '../model-document.ts';
import { anchorOf } from './anchors.ts';
import { NamedBy } from './parts.tsx';

interface Props {
  readonly model: ModelDocument;
  readonly reference: Reference;
}

/** The reference data in short, each entry with the texts that were read for it. */
export function References({ model, reference }: Props) {
  const { benchmarks, precedents, places, sources } = reference;
  const regions = new Map(places.regions.map(({ id, name }) => [id, name]));
  return (
    <>
      <Part model={model} name="benchmarks" title="Benchmarks: incomes beside which money is set">
        <Table head={['Income', 'Range', 'Sources']}>
          {benchmarks.streams.map((stream) => (
            <tr key={stream.id}>
              <th scope="row">{stream.name}</th>
              <td>{rangeText(stream)}</td>
              <td>
                <Cited reference={reference} citations={citationsOf(stream.figures)} />
              </td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part model={model} name="precedents" title="Precedents">
        <Table head={['What happened before', 'In short', 'Sources']}>
          {precedents.precedents.map(({ id, name, what, citations, figures }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>{what}</td>
              <td>
                <Cited reference={reference} citations={[...citations, ...citationsOf(figures)]} />
              </td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part model={model} name="places" title="Places that events name">
        <Table head={['Place', 'In events', 'Region', 'Source of its point']}>
          {places.places.map(({ id, name, region, point }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>
                <code>{id}</code>
              </td>
              <td>{regions.get(region) ?? region}</td>
              <td>
                <a href={`#source-${point.source}`}>{sources[point.source]?.publisher ?? point.source}</a>
              </td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part model={model} name="sources" title="Sources">
        <ul class="sources">
          {Object.entries(sources).map(([id, { title, publisher, url, published }]) => (
            <li key={id} id={`source-${id}`}>
              <a href={url} rel="noreferrer noopener" target="_blank">
                {title}
              </a>
              , {publisher}, {published}
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

function Part(props: {
  readonly model: ModelDocument;
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  const place: NamedPlace = { kind: 'reference', name: props.name };
  return (
    <article id={anchorOf(place)}>
      <h3>{props.title}</h3>
      <NamedBy model={props.model} place={place} />
      {props.children}
    </article>
  );
}

function Table({
  head,
  children,
}: {
  readonly head: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    <table class="reference">
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** Links to the sources of an entry, each once. */
function Cited({
  reference: { sources },
  citations,
}: {
  readonly reference: Reference;
  readonly citations: readonly Citation[];
}) {
  const ids = [...new Set(citations.map(({ source }) => source))];
  if (ids.length === 0) return <>none was found that could be read</>;
  return (
    <ul class="lines">
      {ids.map((id) => (
        <li key={id}>
          <a href={`#source-${id}`}>{sources[id]?.publisher ?? id}</a>, {sources[id]?.published}
        </li>
      ))}
    </ul>
  );
}

function citationsOf(figures: readonly Figure[]): Citation[] {
  return figures.flatMap(({ citations }) => citations);
}

const dollars = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

const MEASURES: Readonly<Record<Stream['measure'], string>> = {
  paid: 'paid for a worker',
  kept: 'kept by the worker',
  taken: 'taken by the state',
};

function rangeText(stream: Stream): string {
  const range = streamRange(stream);
  if (range === null) return 'no figure was found';
  const { low, best, high } = range;
  const spread = low === high ? '' : ` (${dollars.format(low)}–${dollars.format(high)})`;
  const per = stream.unit === 'usd-per-year' ? 'a year' : 'a head and month';
  return `USD ${dollars.format(best)}${spread} ${per}, ${MEASURES[stream.measure]}`;
}
