import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MapDocument, MapFeature } from '../../readmodels/map/map-document.ts';
import type { SeriesPoint } from '../../readmodels/series.ts';
import { replaceAddress } from '../address.ts';
import type { Affiliation } from '../affiliation.ts';
import { messageOf, nameOf, type Page, rollIn, useAnswer } from '../api.ts';
import { Chart, useTheme } from '../chart.tsx';
import { DaySlider } from '../day-slider.tsx';
import type { Drawing, Drawn } from '../draw.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { farDays } from '../far-days.tsx';
import { dayOf, daysTo } from '../ledger.ts';
import { drawMap, FARTHEST, type MapView, NEAR, NEAREST } from '../map-drawing.ts';
import { MapList } from '../map-list.tsx';
import { loadOutline, projection } from '../map-outline.ts';
import { AffiliationChoice, useAffiliation, useSymbols } from '../map-settings.tsx';
import type { Theme } from '../pathways.ts';
import { useSlow } from '../slow.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { day as dayText, number } from '../wording.ts';

const ZOOM_STEP = 2;
/** At first no nearer than this: the shape of the continents says where it is. */
const FIRST_NEAREST = 3.5;
/** How near a place is looked at. */
const AT_PLACE = 30;
/** The width of the world, in units of its projection. */
const WORLD = projection.project([180, 0])[0] - projection.project([-180, 0])[0];

/** Troops by place, on any day as it was or as it was known: circles, and symbols near by. */
export function TroopMap({ roll, live, address }: ViewProps) {
  const name = nameOf(roll);
  const theme = useTheme();
  const seq = useSlow(live.distribution?.seq ?? null);
  const outline = useOutline();
  const [by, setBy] = useState<'asOf' | 'asKnown'>(address.known === null ? 'asOf' : 'asKnown');
  const chosen = address.known ?? address.day;
  const query = chosen === null ? '' : `?${address.known === null ? 'asOf' : 'asKnown'}=${chosen}`;
  const answer = useAnswer<MapDocument>(seq === null ? null : `/api/rolls/${name}/map${query}`, seq);
  const series = useAnswer<Page<SeriesPoint>>(seq === null ? null : `/api/rolls/${name}/series`, seq);
  const latest = live.distribution?.time ?? null;
  const items = series.state === 'there' ? series.value.items : [];
  const days = useMemo(() => {
    const all = daysTo(items, latest);
    const far = farDays(all, roll);
    return all.map(({ day }) => day).filter((day) => !far.includes(day));
  }, [items, latest, roll.basis]);
  const map = answer.state === 'there' ? answer.value : null;
  const [affiliation, setAffiliation] = useAffiliation();

  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (series.state === 'failed') return <p class="notice">{series.message}</p>;
  if (outline.problem !== null) return <p class="notice">{outline.problem}</p>;
  if (map === null || series.state === 'loading' || !outline.isThere || live.distribution === null) {
    return <Waiting what="Reading the map" />;
  }
  const [first] = days;
  const last = days.at(-1);
  const day = chosen ?? last ?? dayOf(Date.now());
  const turn = (to: string | null, as = by) =>
    replaceAddress({
      ...address,
      roll: name,
      day: as === 'asOf' ? to : null,
      known: as === 'asKnown' ? to : null,
    });
  const stated = { ...live.distribution, time: map.time, seq: map.seq };
  const view = { map, theme, affiliation, most: Math.max(live.distribution.inflow.best, 1) };
  return (
    <section class="card" aria-labelledby="map">
      <Board
        {...view}
        heading={(draw) => (
          <div class="heading">
            <h2 id="map">Troops by place</h2>
            <div class="tools">
              <AffiliationChoice value={affiliation} choose={setAffiliation} />
              <Export
                roll={rollIn(roll, map)}
                distribution={stated}
                what="Troops by place"
                rows={map.features.map(rowOf)}
                map={map}
                draw={draw}
                {...(chosen !== null && {
                  selection: `${by === 'asOf' ? 'as of' : 'as known on'} ${chosen}`,
                })}
              />
            </div>
          </div>
        )}
        controls={
          <>
            {first !== undefined && last !== undefined && (
              <div class="when">
                <label>
                  Show the day{' '}
                  <select
                    value={by}
                    onChange={({ currentTarget: { value } }) => {
                      const as = value === 'asKnown' ? 'asKnown' : 'asOf';
                      setBy(as);
                      turn(chosen, as);
                    }}
                  >
                    <option value="asOf">as it was</option>
                    <option value="asKnown">as it was known</option>
                  </select>
                </label>
                <DaySlider from={first} to={last} day={day} days={days} choose={turn} />
                <button type="button" disabled={chosen === null} onClick={() => turn(null)}>
                  Now
                </button>
              </div>
            )}
            <p class="quiet" role="status" id="map-verdict">
              {verdictOf(map, chosen === null ? 'As it stands' : dayText(chosen))}
            </p>
          </>
        }
      />
    </section>
  );
}

interface BoardProps {
  readonly map: MapDocument;
  readonly theme: Theme;
  readonly affiliation: Affiliation;
  readonly most: number;
  readonly heading: (draw: (theme: Theme) => Drawing) => ComponentChildren;
  readonly controls: ComponentChildren;
}

/** The map with what moves it, and the same as a list. */
function Board({ map, theme, affiliation, most, heading, controls }: BoardProps) {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<MapView>(() => viewOf(map.features));
  // A drag is not redrawn at every step: only what it leads to is remembered.
  const seen = useRef(view);
  const [isNear, setNear] = useState(view.zoom >= NEAR);
  const symbolOf = useSymbols(isNear, affiliation);
  const show = (next: MapView) => {
    seen.current = next;
    setNear(next.zoom >= NEAR);
    setView(next);
  };
  const zoom = (factor: number) =>
    show({
      ...seen.current,
      zoom: Math.min(Math.max(seen.current.zoom * factor, FARTHEST), NEAREST),
    });
  const picture = (largest: number) => ({
    features: map.features,
    view: seen.current,
    most,
    largest,
    symbolOf,
  });
  const drawing = useMemo(
    () => drawMap(picture(largestIn(document.documentElement.clientWidth, theme)), theme, {}),
    [map, theme, most, view, isNear, symbolOf],
  );
  const follow = (drawn: Drawn) => {
    drawn.on('georoam', () => {
      const now = roamedTo(drawn.getOption());
      if (now === null) return;
      seen.current = now;
      setNear(now.zoom >= NEAR);
    });
  };
  return (
    <>
      {heading((paper) => drawMap(picture(largestIn(1_280, paper)), paper, EXPORT_ROOM))}
      {controls}
      <div class="map" ref={place}>
        <Chart
          drawing={drawing}
          height={30}
          label="Troops by place; the same is in the list below"
          onInit={follow}
        />
        <fieldset class="zoom" aria-label="Zoom">
          <button type="button" aria-label="Zoom in" onClick={() => zoom(ZOOM_STEP)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / ZOOM_STEP)}>
            −
          </button>
          <button type="button" onClick={() => show(viewOf(map.features))}>
            All troops
          </button>
          <button type="button" onClick={() => show(WHOLE)}>
            World
          </button>
        </fieldset>
      </div>
      <p class="quiet">
        The area of a circle is the heads (best estimate); the smallest are drawn larger, to be seen. Dashed
        is announced, and moves nobody. Zoom in, and each contingent has its APP-6 symbol; the side it shows
        is your own setting. Outline: Natural Earth, without borders.
      </p>
      <MapList
        features={map.features}
        omitted={map.announcedOmitted}
        show={(point) => {
          show({ center: projection.project(point), zoom: AT_PLACE });
          place.current?.scrollIntoView({ block: 'nearest' });
        }}
      />
    </>
  );
}

const WHOLE: MapView = { center: projection.project([10, 20]), zoom: FARTHEST };

/** The greatest circle's diameter in a map of some width, in pixels. */
const largestIn = (width: number, { fontSize }: Theme) => Math.max(Math.min(width, 140 * fontSize) / 12, 44);

/** All that is on the map, with some room around it. */
function viewOf(features: readonly MapFeature[]): MapView {
  const points = features.flatMap(({ geometry }) =>
    geometry === null ? [] : [projection.project(geometry.coordinates)],
  );
  if (points.length === 0) return WHOLE;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // The world is half as high as it is wide.
  const extent = Math.max(right - left, 2 * (bottom - top), 1);
  const zoom = Math.min(Math.max((0.7 * WORLD) / extent, FARTHEST), FIRST_NEAREST);
  return { center: [(left + right) / 2, (top + bottom) / 2], zoom };
}

/** Where a map was dragged and zoomed to; null if it does not say. */
function roamedTo(option: object): MapView | null {
  const geo: unknown = 'geo' in option && Array.isArray(option.geo) ? option.geo[0] : null;
  if (typeof geo !== 'object' || geo === null || !('zoom' in geo) || !('center' in geo)) return null;
  const { zoom, center } = geo;
  if (typeof zoom !== 'number' || !Array.isArray(center)) return null;
  const [x, y]: unknown[] = center;
  return typeof x === 'number' && typeof y === 'number' ? { center: [x, y], zoom } : null;
}

function useOutline(): { readonly isThere: boolean; readonly problem: string | null } {
  const [state, setState] = useState<{ isThere: boolean; problem: string | null }>({
    isThere: false,
    problem: null,
  });
  useEffect(() => {
    loadOutline().then(
      () => setState({ isThere: true, problem: null }),
      (error: unknown) => setState({ isThere: false, problem: messageOf(error) }),
    );
  }, []);
  return state;
}

function verdictOf({ features }: MapDocument, when: string): string {
  const sum = (kind: MapFeature['properties']['kind']) =>
    features
      .filter(({ properties }) => properties.kind === kind)
      .reduce((total, { properties }) => total + properties.heads.best, 0);
  return `${when}: ${number(sum('standing'))} heads on the map, ${number(sum('unlocated'))} at no place that is listed or said.`;
}

function rowOf({ geometry, properties }: MapFeature) {
  const { kind, place, name, iso, heads, basis } = properties;
  const [longitude = null, latitude = null] = geometry?.coordinates ?? [];
  return {
    ...{ kind, place, name, iso, latitude, longitude, ...heads, madeBy: basis },
    ...(properties.kind === 'announced'
      ? { contingent: properties.contingent, pathway: properties.pathway }
      : {
          contingents: properties.contingentCount,
          strongest: properties.contingents.map(({ id }) => id).join(' '),
        }),
  };
}
