import { PADDING } from './card.ts';
import type { ChartGeometry, PlacedEdge, PlacedNode, PlacedText, Point } from './geometry.ts';
import { type ChartTransition, labelOf } from './graph.ts';
import { LINE_PX, NAME_PX } from './text-size.ts';

/** How far a line's corners are rounded. */
const CORNER = 6;

/**
 * The drawing of a chart as SVG elements, without the `svg` around them. Cards carry `data-state`, lines
 * `data-edge`, texts `data-transition`: a page highlights by those. Classes are in chart.css.
 */
export function chartBody({ nodes, edges }: ChartGeometry): string {
  return [
    ...nodes.filter(({ depth }) => depth < 2).map(card),
    ...edges.filter(({ label }) => label === null).map(line),
    ...nodes.filter(({ depth }) => depth >= 2).map(card),
    ...edges.filter(({ label }) => label !== null).map(line),
    ...edges.map(labels),
  ].join('\n');
}

/** A chart as a document of its own: light or dark as its reader prefers. */
export function chartDocument(geometry: ChartGeometry, title: string, css: string): string {
  const width = Math.ceil(geometry.width);
  const height = Math.ceil(geometry.height);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${css}</style>
${chartBody(geometry)}
</svg>
`;
}

function card({ node, depth, texts, x, y, width, height }: PlacedNode): string {
  const classes = ['card', depth === 0 ? 'machine' : node.children.length > 0 ? 'group' : 'leaf'];
  if (node.isFinal) classes.push('final');
  const rect = (inset: number, kind: string) =>
    `<rect class="${kind}" x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - 2 * inset)}" height="${round(height - 2 * inset)}" rx="${7 - inset}"/>`;
  const initial = node.isInitial
    ? `<circle class="initial" cx="${round(x + width - 9)}" cy="${round(y + 9)}" r="3"/>`
    : '';
  const name = `<text class="name" x="${round(x + PADDING)}" y="${round(y + PADDING + NAME_PX - 3)}">${escaped(node.name)}</text>`;
  const about = node.isInitial ? ' (where it starts)' : '';
  return `<g class="${classes.join(' ')}" data-state="${escaped(node.id)}"><title>${escaped(`${node.description ?? node.name}${about}`)}</title>${rect(0, 'outline')}${node.isFinal ? rect(3, 'inner') : ''}${initial}${name}${texts.map((text) => textBlock(text, node.listed, 'line')).join('')}</g>`;
}

function line({ edge, points, label }: PlacedEdge): string {
  const about = edge.transitions.map((transition) => labelOf(transition)).join('\n');
  return `<g class="edge${label === null ? ' far' : ''}" data-edge="${escaped(edge.id)}"><title>${escaped(about)}</title><path class="run" d="${pathThrough(points)}"/>${tip(points)}</g>`;
}

function labels({ edge, label, texts }: PlacedEdge): string {
  if (label === null) return '';
  const { x, y, width, height } = label;
  const blocks = texts.map((text) => textBlock(text, edge.transitions, 'arrow'));
  return `<g class="label" data-edge="${escaped(edge.id)}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="3"/>${blocks.join('')}</g>`;
}

function textBlock(
  { id, lines, x, y }: PlacedText,
  transitions: readonly ChartTransition[],
  kind: 'line' | 'arrow',
): string {
  const transition = transitions.find((one) => one.id === id);
  const about = transition?.description ?? '';
  let isGuard = false;
  const spans = lines.map((text, index) => {
    const parts = text.split(/(?=\[)|(?<=\])/).map((part) => {
      isGuard ||= part.startsWith('[');
      const shown = isGuard ? `<tspan class="guard">${escaped(part)}</tspan>` : escaped(part);
      if (part.endsWith(']')) isGuard = false;
      return shown;
    });
    return `<tspan x="${round(x)}" y="${round(y + index * LINE_PX)}">${parts.join('')}</tspan>`;
  });
  return `<text class="${kind}" data-transition="${escaped(id)}"><title>${escaped(about)}</title>${spans.join('')}</text>`;
}

/** The head of an arrow at the end of a line. */
function tip(points: readonly Point[]): string {
  const [before, end] = points.slice(-2);
  if (before === undefined || end === undefined) return '';
  const length = Math.hypot(end.x - before.x, end.y - before.y);
  const along =
    length === 0 ? { x: 0, y: 1 } : { x: (end.x - before.x) / length, y: (end.y - before.y) / length };
  const corner = (side: number) =>
    `${round(end.x - 7 * along.x + side * 3.5 * along.y)} ${round(end.y - 7 * along.y - side * 3.5 * along.x)}`;
  return `<path class="tip" d="M${round(end.x)} ${round(end.y)}L${corner(1)}L${corner(-1)}Z"/>`;
}

/** A path through points with rounded corners. */
function pathThrough(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M${round(point.x)} ${round(point.y)}`;
      if (after === undefined) return `L${round(point.x)} ${round(point.y)}`;
      const from = towards(point, before);
      const to = towards(point, after);
      return `L${from.x} ${from.y}Q${round(point.x)} ${round(point.y)} ${to.x} ${to.y}`;
    })
    .join('');
}

function towards(corner: Point, other: Point): Point {
  const distance = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = distance === 0 ? 0 : Math.min(CORNER, distance / 2) / distance;
  return {
    x: round(corner.x + (other.x - corner.x) * share),
    y: round(corner.y + (other.y - corner.y) * share),
  };
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
