import { geoEqualEarth } from 'd3-geo';
import { GeoComponent } from 'echarts/components';
import { registerMap, use } from 'echarts/core';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { read } from './api.ts';

use([GeoComponent]);

/** The land of the earth, by the name under which it is drawn. */
export const LAND = 'land';

const SOUTHERNMOST = -60;

/** Equal areas look equal, wherever they are (B. Šavrič, T. Patterson, B. Jenny, 2018). */
const equalEarth = geoEqualEarth().scale(100).translate([0, 0]);

export const projection = {
  project: ([lon = 0, lat = 0]: readonly number[]): [number, number] => equalEarth([lon, lat]) ?? [0, 0],
  unproject: ([x = 0, y = 0]: readonly number[]): [number, number] => equalEarth.invert?.([x, y]) ?? [0, 0],
  // It cuts what crosses the 180th meridian: drawn as it is, that would run through the whole map.
  stream: equalEarth.stream,
};

let loading: Promise<void> | null = null;

/**
 * Makes the outline ready to be drawn: land without borders (Natural Earth, public domain). Where a border runs is
 * for nobody to decide here, and its data would decide it.
 */
export function loadOutline(): Promise<void> {
  loading ??= readOutline().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function readOutline(): Promise<void> {
  const file = new URL('../../node_modules/world-atlas/land-110m.json', import.meta.url);
  const topology = await read<Topology<{ land: GeometryCollection }>>(file.href);
  const { features } = feature(topology, topology.objects.land);
  const polygons = features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
  );
  // Nobody stands in Antarctica, and it would take a fifth of the map.
  const coordinates = polygons.filter((rings) =>
    rings.some((ring) => ring.some(([, lat = SOUTHERNMOST]) => lat > SOUTHERNMOST)),
  );
  registerMap(LAND, {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { name: LAND }, geometry: { type: 'MultiPolygon', coordinates } },
    ],
  });
}
