import type { ChartGeometry } from './chart/geometry.ts';
import { graphOf } from './chart/graph.ts';
import { layOut } from './chart/layout.ts';
import type { MachineName } from './documents.ts';
import { MACHINES } from './machines.ts';

const known = new Map<MachineName, Promise<ChartGeometry>>();

/** The layout of a chart for a screen, computed once: it takes a second or two. */
export function compactLayout(name: MachineName): Promise<ChartGeometry> {
  const geometry = known.get(name) ?? layOut(graphOf(MACHINES[name]), 'compact');
  known.set(name, geometry);
  return geometry;
}
