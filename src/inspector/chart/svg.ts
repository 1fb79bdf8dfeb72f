import { PADDING } from './card.ts';
import type { ChartGeometry, PlacedEdge, PlacedNode, PlacedText, Point } from './geometry.ts';
import { type ChartEdge, type ChartTransition, labelOf } from './graph.ts';
import { LINE_PX, NAME_PX } from './text-size.ts';

/** How far a line's corners are rounded. */
const CORNER = 6;

/** Room for the caption above a chart. */
const CAPTION_PX = 30;

/** What is to be seen at once in a chart: where a machine stands, and how it came there. */
export interface Highlight {
  /** Dotted name of the active leaf; null: none is. */
  readonly state: string | null;
  /** The id of the transition taken; null: none was. */
  readonly taken: string | null;
}

const NOTHING: Highlight = { state: null, taken: null };

/**
 * The drawing of a chart as SVG elements, without the `svg` around them. Cards carry `data-state`, lines
 * `data-edge`, texts `data-transition`: a page highlights by those. Classes are in chart.css.
 */
export function chartBody({ nodes, edges }: ChartGeometry, highlight = NOTHING): string {
  const cards = (isOuter: boolean) =>
    nodes.filter(({ depth }) => depth < 2 === isOuter).map((node) => card(node, highlight));
  const lines = (isLabelled: boolean) =>
    edges.filter(({ label }) => (label !== null) === isLabelled).map((edge) => line(edge, highlight));
  return [
    ...cards(true),
    ...lines(false),
    ...cards(false),
    ...lines(true),
    ...edges.map((edge) => labels(edge, highlight)),
  ].join('\n');
}

interface About {
  readonly title: string;
  readonly css: string;
  readonly highlight?: Highlight;
  /** A line above the chart; marked if it tells of a what-if. */
  readonly caption?: { readonly text: string; readonly isHypothetical: boolean };
}

/** A chart as a document of its own: light or dark as its reader prefers. */
export function chartDocument(
  geometry: ChartGeometry,
  { title, css, highlight = NOTHING, caption }: About,
): string {
  const width = Math.ceil(geometry.width);
  const top = caption === undefined ? 0 : CAPTION_PX;
  const height = Math.ceil(geometry.height) + top;
  const mark = caption?.isHypothetical ? ' hypothetical' : '';
  const head =
    caption === undefined
      ? ''
      : `<g class="caption${mark}"><rect x="0" y="${-top}" width="${width}" height="${top}"/><text x="10" y="${-top / 2}">${escaped(caption.text)}</text></g>\n`;
  const taken = highlight.taken === null ? '' : ` data-taken="${escaped(highlight.taken)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart"${taken} viewBox="0 ${-top} ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${css}</style>
${head}${chartBody(geometry, highlight)}
</svg>
`;
}

function card({ node, depth, texts, x, y, width, height }: PlacedNode, { state, taken }: Highlight): string {
  const classes = ['card', depth === 0 ? 'machine' : node.children.length > 0 ? 'group' : 'leaf'];
  if (node.isFinal) classes.push('final');
  if (node.id !== '' && `${state}.`.startsWith(`${node.id}.`)) classes.push('active');
  const rect = (inset: number, kind: string) =>
    `<rect class="${kind}" x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - 2 * inset)}" height="${round(height - 2 * inset)}" rx="${7 - inset}"/>`;
  const initial = node.isInitial
    ? `<circle class="initial" cx="${round(x + width - 9)}" cy="${round(y + 9)}" r="3"/>`
    : '';
  const name = `<text class="name" x="${round(x + PADDING)}" y="${round(y + PADDING + NAME_PX - 3)}">${escaped(node.name)}</text>`;
  const about = node.isInitial ? ' (where it starts)' : '';
  return `<g class="${classes.join(' ')}" data-state="${escaped(node.id)}"><title>${escaped(`${node.description ?? node.name}${about}`)}</title>${rect(0, 'outline')}${node.isFinal ? rect(3, 'inner') : ''}${initial}${name}${texts.map((text) => textBlock(text, node.listed, 'line', taken)).join('')}</g>`;
}

function line({ edge, points, label }: PlacedEdge, { taken }: Highlight): string {
  const about = edge.transitions.map((transition) => labelOf(transition)).join('\n');
  return `<g class="edge${label === null ? ' far' : ''}${isTaken(edge, taken)}" data-edge="${escaped(edge.id)}"><title>${escaped(about)}</title><path class="run" d="${pathThrough(points)}"/>${tip(points)}</g>`;
}

function labels({ edge, label, texts }: PlacedEdge, { taken }: Highlight): string {
  if (label === null) return '';
  const { x, y, width, height } = label;
  const blocks = texts.map((text) => textBlock(text, edge.transitions, 'arrow', taken));
  return `<g class="label${isTaken(edge, taken)}" data-edge="${escaped(edge.id)}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="3"/>${blocks.join('')}</g>`;
}

function isTaken({ transitions }: ChartEdge, taken: string | null): string {
  return transitions.some(({ id }) => id === taken) ? ' taken' : '';
}

function textBlock(
  { id, lines, x, y }: PlacedText,
  transitions: readonly ChartTransition[],
  kind: 'line' | 'arrow',
  taken: string | null,
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
  return `<text class="${kind}${id === taken ? ' taken' : ''}" data-transition="${escaped(id)}"><title>${escaped(about)}</title>${spans.join('')}</text>`;
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
