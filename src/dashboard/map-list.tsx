import type { MapFeature } from '../readmodels/map/map-document.ts';
import { announcedWords } from './map-drawing.ts';
import { PATHWAY_NAMES, PATHWAYS } from './pathways.ts';
import { ScrollBox } from './scroll-box.tsx';
import { Source } from './source.tsx';
import { contingents, estimate, number } from './wording.ts';

interface Props {
  readonly features: readonly MapFeature[];
  /** Announcements that are left out. */
  readonly omitted: number;
  readonly show: (point: readonly [number, number]) => void;
}

/** The map as a list: who stands where, who is on no map and why, what is announced. */
export function MapList({ features, omitted, show }: Props) {
  return (
    <ScrollBox label="The places">
      <table id="places">
        <thead>
          <tr>
            <th scope="col">Place</th>
            <th scope="col" class="number">
              Heads
            </th>
            <th scope="col">Who</th>
            <th scope="col">On the map</th>
          </tr>
        </thead>
        <tbody>
          {features.map((feature) => (
            <Row key={feature.id} feature={feature} show={show} />
          ))}
        </tbody>
      </table>
      {features.length === 0 && <p class="quiet">Nobody is on the roll on that day.</p>}
      {omitted > 0 && <p class="quiet">Earlier announcements that are left out: {number(omitted)}</p>}
    </ScrollBox>
  );
}

function Row({ feature, show }: Pick<Props, 'show'> & { readonly feature: MapFeature }) {
  const { geometry, properties } = feature;
  const { kind, name, place, heads, basis } = properties;
  return (
    <tr data-kind={kind}>
      <th scope="row">
        {name}
        {basis === 'hypothetical' && (
          <>
            {' '}
            <span class="mark">HYPOTHETICAL</span>
          </>
        )}
        {kind === 'announced' && <small> announced, not seen: it moves nobody</small>}
      </th>
      <td class="number whole">{estimate(heads)}</td>
      <td>
        <Who properties={properties} />
      </td>
      <td>
        {geometry !== null ? (
          <button
            type="button"
            class="small"
            aria-label={`Show ${name}`}
            onClick={() => show(geometry.coordinates)}
          >
            Show
          </button>
        ) : place === null ? (
          'No: events do not say where'
        ) : (
          `No: “${place}” is not on the list of places`
        )}
      </td>
    </tr>
  );
}

function Who({ properties }: Pick<MapFeature, 'properties'>) {
  if (properties.kind === 'announced') {
    return (
      <>
        {announcedWords(properties.contingent, properties.pathway)}; <Source event={properties.event} />
      </>
    );
  }
  const { pathways, contingentCount } = properties;
  const told = properties.contingents.map(({ id, strength }) => `${id} ${number(strength.best)}`);
  const more = contingentCount - told.length;
  return (
    <>
      {PATHWAYS.filter((pathway) => pathways[pathway] !== undefined)
        .map((pathway) => PATHWAY_NAMES[pathway])
        .join(', ')}
      : {told.join(', ')}
      {more > 0 && ` and ${contingents(more)} more`}
    </>
  );
}
