import type { MapFeature, StandingProperties } from '../readmodels/map/map-document.ts';
import { hints, tip } from './chart.tsx';
import type { Drawing } from './draw.ts';
import { LAND, projection } from './map-outline.ts';
import type { UnitSymbol } from './map-symbols.ts';
import { PATHWAY_NAMES, PATHWAYS, type Theme } from './pathways.ts';
import { contingents, estimate, number } from './wording.ts';

/** From here on each contingent has a symbol of its own. */
export const NEAR = 5;
export const FARTHEST = 1;
export const NEAREST = 400;

/** Room around a symbol, for its frame and the words below it, in units of the text. */
const CELL = { width: 6.5, height: 4.6 };
const LINE = 1.2;
const SYMBOLS_MOST = 12;
const SMALLEST = 7;

/** What of the map is in sight: its middle, projected, and how much larger than the whole world it is. */
export interface MapView {
  readonly center: readonly [number, number];
  readonly zoom: number;
}

export interface MapPicture {
  readonly features: readonly MapFeature[];
  readonly view: MapView;
  /** Heads that a circle of the greatest size stands for. */
  readonly most: number;
  /** The greatest circle's diameter, in pixels. */
  readonly largest: number;
  /** The symbol of a contingent; null while they are not there yet. */
  readonly symbolOf: ((kind: Kind, isPlanned: boolean, size: number) => UnitSymbol) | null;
}

type Kind = StandingProperties['contingents'][number]['kind'];

const LAYERS = {
  reported: 'Reported or assessed',
  hypothetical: 'What-if (HYPOTHETICAL)',
  announced: 'Announced, not seen',
} as const;

/** Troops by place: circles whose area is the heads (best), dashed where they are only announced; near by, symbols. */
export function drawMap(picture: MapPicture, theme: Theme, room: object): Drawing {
  const { features, view } = picture;
  const isNear = view.zoom >= NEAR;
  const drawn = features.filter(({ geometry }) => geometry !== null);
  const layers = (['reported', 'hypothetical', 'announced'] as const).map((layer) => ({
    layer,
    features: drawn.filter((feature) => layerOf(feature) === layer),
  }));
  const used = layers.filter(({ features }) => features.length > 0);
  return {
    textStyle: { fontFamily: 'sans-serif' },
    legend: {
      top: 'top' in room ? 80 : 0,
      left: 'left' in room ? 16 : 0,
      selectedMode: false,
      backgroundColor: theme.sheet,
      textStyle: { color: theme.ink, fontSize: theme.fontSize },
      data: used.map(({ layer }) => ({
        name: LAYERS[layer],
        ...(layer === 'announced' && { itemStyle: { borderType: 'dashed' } }),
      })),
    },
    geo: {
      map: LAND,
      projection,
      roam: true,
      ...view,
      scaleLimit: { min: FARTHEST, max: NEAREST },
      silent: true,
      itemStyle: { areaColor: theme.line, borderColor: theme.muted, borderWidth: 0.5 },
      ...{ top: 1.8 * theme.fontSize, bottom: 4, left: 4, right: 4 },
      ...room,
    },
    tooltip: {
      ...hints(theme),
      formatter: ({ name }: { readonly name: string }) => {
        const feature = features.find(({ id }) => id === name);
        return feature === undefined ? '' : hintOf(feature);
      },
    },
    series: [
      ...used.map(({ layer, features }) => circles(layer, features, picture, theme, isNear)),
      ...(isNear ? [symbols(drawn, picture, theme)] : []),
    ],
  };
}

const layerOf = ({ properties: { kind, basis } }: MapFeature) => (kind === 'announced' ? kind : basis);

const whatIf = (theme: Theme) => theme.series[1] ?? theme.ink;

function circles(
  layer: keyof typeof LAYERS,
  features: readonly MapFeature[],
  { most, largest }: MapPicture,
  theme: Theme,
  isNear: boolean,
) {
  const colour = layer === 'hypothetical' ? whatIf(theme) : (theme.series[0] ?? theme.ink);
  const opacity = isNear ? 0.3 : 0.75;
  // A what-if differs in colour, in form (a ring) and in words.
  const fills = {
    reported: { color: colour, opacity },
    hypothetical: { color: `${colour}55`, borderColor: colour, borderWidth: 3, opacity },
    announced: { color: 'transparent', borderColor: theme.ink, borderWidth: 2, borderType: 'dashed' },
  };
  return {
    name: LAYERS[layer],
    type: 'scatter',
    coordinateSystem: 'geo',
    symbol: 'circle',
    itemStyle: fills[layer],
    emphasis: { scale: false },
    label: {
      show: true,
      position: isNear ? 'top' : layer === 'announced' ? 'bottom' : 'right',
      opacity: 1,
      color: theme.ink,
      fontSize: theme.fontSize,
      lineHeight: LINE * theme.fontSize,
      textBorderColor: theme.sheet,
      textBorderWidth: 3,
      formatter: ({ name }: { readonly name: string }) => {
        const feature = features.find(({ id }) => id === name);
        return feature === undefined ? '' : labelOf(feature);
      },
    },
    labelLayout: { hideOverlap: true },
    data: features.map(({ id, geometry, properties }) => {
      const symbolSize = Math.max(largest * Math.sqrt(properties.heads.best / most), SMALLEST);
      // Near by, the words stand above the symbols.
      const above = isNear ? (gridOf(properties).rows * CELL.height * theme.fontSize - symbolSize) / 2 : 0;
      return {
        name: id,
        value: geometry?.coordinates,
        symbolSize,
        label: { distance: Math.max(above, 5) },
      };
    }),
  };
}

/** The contingents of each place in rows around its point, the strongest first. */
function symbols(features: readonly MapFeature[], { symbolOf }: MapPicture, theme: Theme) {
  const [width, height] = [CELL.width * theme.fontSize, CELL.height * theme.fontSize];
  const size = 1.9 * theme.fontSize;
  const data = features.flatMap(({ id, geometry, properties }) => {
    const { units, columns, rows } = gridOf(properties);
    return units.map(({ name, kind, heads }, place) => {
      const symbol = symbolOf?.(kind, properties.kind === 'announced', size);
      const row = Math.floor(place / columns);
      const inRow = Math.min(columns, units.length - row * columns);
      // What is announced stands apart from who is there.
      const aside = properties.kind === 'announced' ? rows * height : 0;
      return {
        name: id,
        value: geometry?.coordinates,
        ...(symbol === undefined
          ? { symbolSize: 0 }
          : { symbol: `image://${symbol.image}`, symbolSize: [symbol.width, symbol.height] }),
        symbolOffset: [
          (place % columns) * width - ((inRow - 1) * width) / 2,
          row * height - ((rows - 1) * height) / 2 + aside,
        ],
        label: { formatter: `${name}\n${number(heads)}` },
      };
    });
  });
  return {
    name: 'Contingents',
    type: 'scatter',
    coordinateSystem: 'geo',
    z: 3,
    itemStyle: { opacity: 1 },
    emphasis: { scale: false },
    labelLayout: { hideOverlap: true },
    label: {
      show: true,
      position: 'bottom',
      distance: 2,
      align: 'center',
      width: width - 4,
      overflow: 'truncate',
      color: theme.ink,
      fontSize: Math.round(theme.fontSize * 0.85),
      lineHeight: theme.fontSize,
      textBorderColor: theme.sheet,
      textBorderWidth: 3,
    },
    data,
  };
}

interface Unit {
  readonly name: string;
  readonly kind: Kind;
  readonly heads: number;
}

function gridOf(properties: MapFeature['properties']) {
  const units = unitsOf(properties).slice(0, SYMBOLS_MOST);
  const columns = Math.ceil(Math.sqrt(units.length));
  return { units, columns, rows: Math.ceil(units.length / columns) };
}

function unitsOf(properties: MapFeature['properties']): readonly Unit[] {
  if (properties.kind === 'announced') {
    return [{ name: properties.contingent ?? 'announced', kind: null, heads: properties.heads.best }];
  }
  return properties.contingents.map(({ id, kind, strength }) => ({ name: id, kind, heads: strength.best }));
}

function labelOf({ properties: { kind, name, heads, basis } }: MapFeature): string {
  const what = kind === 'announced' ? ', announced' : basis === 'hypothetical' ? ', what-if' : '';
  return `${name}\n${number(heads.best)}${what}`;
}

function hintOf({ properties }: MapFeature): HTMLElement {
  const { kind, name, heads, basis, marks } = properties;
  const mark = basis === 'hypothetical' ? 'HYPOTHETICAL: ' : '';
  const heading = `${mark}${name}: ${estimate(heads)}${kind === 'announced' ? ', announced, moves nobody' : ''}`;
  const lines =
    properties.kind === 'announced'
      ? [{ text: announcedWords(properties.contingent, properties.pathway) }]
      : [
          ...PATHWAYS.flatMap((pathway) => {
            const there = properties.pathways[pathway];
            return there === undefined ? [] : [{ text: `${PATHWAY_NAMES[pathway]} ${estimate(there)}` }];
          }),
          { text: contingents(properties.contingentCount) },
        ];
  return tip(heading, [...lines, ...(marks === null ? [] : [{ text: `The point is ${marks}` }])]);
}

/** Whom an announcement is about, and where it says they go. */
export function announcedWords(
  contingent: string | null,
  pathway: keyof typeof PATHWAY_NAMES | null,
): string {
  const to = pathway === null ? '' : `, to be ${PATHWAY_NAMES[pathway].toLowerCase()}`;
  return `${contingent ?? 'No contingent named'}${to}`;
}
