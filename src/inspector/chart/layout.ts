import { createRequire } from 'node:module';
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { bannerTexts, cardSize, cardTexts, type Detail, labelSize, labelTexts } from './card.ts';
import type { Box, ChartGeometry, PlacedEdge, PlacedNode, Point } from './geometry.ts';
import type { ChartEdge, ChartGraph, ChartNode } from './graph.ts';

/** ELK ships CommonJS under types of a module, so that its import compiles to what is not there. */
const Elk: new () => ELK = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js');

interface Style {
  /** How the top-level states follow one another. */
  readonly outer: 'DOWN' | 'RIGHT';
  /** How the states inside one follow one another. */
  readonly inner: 'DOWN' | 'RIGHT';
  readonly placement: 'NETWORK_SIMPLEX' | 'LINEAR_SEGMENTS';
}

const STYLES: readonly Style[] = (
  [
    { outer: 'DOWN', inner: 'RIGHT' },
    { outer: 'RIGHT', inner: 'DOWN' },
  ] as const
).flatMap((directions) =>
  (['LINEAR_SEGMENTS', 'NETWORK_SIMPLEX'] as const).map((placement) => ({ ...directions, placement })),
);

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.edgeLabels.inline': 'true',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '7',
  'elk.layered.spacing.edgeNodeBetweenLayers': '9',
  'elk.layered.spacing.nodeNodeBetweenLayers': '14',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeNode': '9',
  'elk.spacing.edgeEdge': '7',
};

/** The screen that a chart should fit without being made smaller: a laptop's, less what stands around it. */
const SCREEN = { full: { width: 1420, height: 860 }, compact: { width: 1060, height: 700 } } as const;

/**
 * Finds a place for every card, line and label: ELK lays out each top-level state, then all of them together. Of
 * several ways to do so the one that fills a screen best is taken. The same graph gives the same geometry.
 */
export async function layOut(graph: ChartGraph, detail: Detail): Promise<ChartGeometry> {
  let best: { readonly geometry: ChartGeometry; readonly scale: number } | null = null;
  for (const style of STYLES) {
    const geometry = await layOutAs(graph, detail, style);
    const { width, height } = SCREEN[detail];
    const scale = Math.min(width / geometry.width, height / geometry.height);
    if (best === null || scale > best.scale) best = { geometry, scale };
  }
  if (best === null) throw new Error('There is no way to lay out a chart');
  return best.geometry;
}

async function layOutAs(graph: ChartGraph, detail: Detail, style: Style): Promise<ChartGeometry> {
  const elk = new Elk();
  const { root, edges } = graph;
  const cards = await Promise.all(
    root.children.map((node) => elk.layout(groupGraph(node, edges, detail, style))),
  );
  const around = { 'elk.direction': style.outer, 'elk.layered.nodePlacement.strategy': style.placement };
  const whole: ElkNode = {
    id: root.id,
    layoutOptions: { ...OPTIONS, ...around, 'elk.padding': '[top=0,left=10,bottom=10,right=10]' },
    children: cards.map(({ id, width, height }) => ({ id, width: width ?? 0, height: height ?? 0 })),
    edges: edges.filter(({ isLabelled }) => !isLabelled).map(elkEdge),
  };
  const top = await elk.layout<ElkNode>(whole);
  const width = top.width ?? 0;
  const banner = bannerTexts(root, detail, width);
  const origin = { x: 0, y: banner.height };
  const height = banner.height + (top.height ?? 0);
  const machine: PlacedNode = { node: root, depth: 0, texts: banner.texts, x: 0, y: 0, width, height };
  const groups = root.children.flatMap((node, index) => {
    const place = top.children?.find(({ id }) => id === node.id);
    const card = cards[index];
    return place === undefined || card === undefined
      ? []
      : [placedGroup(node, edges, { ...card, ...boxOf(place, origin) }, detail)];
  });
  return {
    id: graph.id,
    width,
    height,
    nodes: [machine, ...groups.flatMap((group) => group.nodes)],
    edges: [
      ...edges.flatMap((edge) => placedEdge(edge, top.edges, origin)),
      ...groups.flatMap((group) => group.edges),
    ],
  };
}

/** A top-level state with what is inside it. */
function groupGraph(node: ChartNode, edges: readonly ChartEdge[], detail: Detail, style: Style): ElkNode {
  const { width, height } = cardSize(node, detail);
  if (node.children.length === 0) return { id: node.id, width, height };
  const inside = edges.filter(({ isLabelled, source }) => isLabelled && source.startsWith(`${node.id}.`));
  return {
    ...insideOf(node, detail),
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': style.inner,
      ...frame(width, height),
    },
    edges: inside.map(elkEdge),
  };
}

function insideOf(node: ChartNode, detail: Detail): ElkNode {
  const { width, height } = cardSize(node, detail);
  if (node.children.length === 0) return { id: node.id, width, height };
  const children = node.children.map((child) => insideOf(child, detail));
  return { id: node.id, children, layoutOptions: frame(width, height) };
}

function frame(width: number, height: number): Record<string, string> {
  return {
    'elk.padding': `[top=${height + 2},left=10,bottom=10,right=10]`,
    'elk.nodeSize.constraints': 'MINIMUM_SIZE',
    'elk.nodeSize.minimum': `(${width},${height})`,
  };
}

function elkEdge(edge: ChartEdge): ElkExtendedEdge {
  const { id, source, target, isLabelled } = edge;
  return {
    id,
    sources: [source],
    targets: [target],
    labels: isLabelled ? [{ text: id, ...labelSize(edge) }] : [],
  };
}

function placedGroup(
  node: ChartNode,
  edges: readonly ChartEdge[],
  card: ElkNode,
  detail: Detail,
): { readonly nodes: readonly PlacedNode[]; readonly edges: readonly PlacedEdge[] } {
  const box = boxOf(card, { x: 0, y: 0 });
  return {
    nodes: placedNodes(node, card, { x: 0, y: 0 }, 1, detail),
    edges: edges.flatMap((edge) => placedEdge(edge, card.edges, box)),
  };
}

function placedNodes(
  node: ChartNode,
  place: ElkNode,
  origin: Point,
  depth: number,
  detail: Detail,
): PlacedNode[] {
  const box = boxOf(place, origin);
  const inside = node.children.flatMap((child) => {
    const found = place.children?.find(({ id }) => id === child.id);
    return found === undefined ? [] : placedNodes(child, found, box, depth + 1, detail);
  });
  return [{ node, depth, texts: cardTexts(node, detail, box), ...box }, ...inside];
}

function placedEdge(
  edge: ChartEdge,
  laidOut: readonly ElkExtendedEdge[] | undefined,
  origin: Point,
): PlacedEdge[] {
  const found = laidOut?.find(({ id }) => id === edge.id);
  const section = found?.sections?.[0];
  if (found === undefined || section === undefined) return [];
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({
    x: origin.x + x,
    y: origin.y + y,
  }));
  const label = found.labels?.[0];
  const box = label === undefined ? null : boxOf(label, origin);
  return [{ edge, points, label: box, texts: box === null ? [] : labelTexts(edge, box) }];
}

function boxOf(
  { x = 0, y = 0, width = 0, height = 0 }: { x?: number; y?: number; width?: number; height?: number },
  origin: Point,
): Box {
  return { x: origin.x + x, y: origin.y + y, width, height };
}
