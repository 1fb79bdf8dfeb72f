import type { Box, PlacedText, Point } from './geometry.ts';
import { type ChartEdge, type ChartNode, type ChartTransition, labelOf, shortEvent } from './graph.ts';
import { LINE_PX, NAME_PX, TEXT_PX, textWidth, widest, wrapped } from './text-size.ts';

/** `full` lists in every card what no labelled line shows; `compact` has names and lines alone. */
export type Detail = 'full' | 'compact';

export const PADDING = 8;
const NAME_HEIGHT = NAME_PX + PADDING + 4;
/** How much wider bold letters are. */
const BOLD = 1.12;
/** Letters in a line of a card, and of a label. */
const LETTERS = 30;
const LABEL_LETTERS = 22;

/** How wide and high a card is before anything stands in it. */
export function cardSize(node: ChartNode, detail: Detail): { width: number; height: number } {
  const rows = rowsOf(node, detail);
  const lines = rows.flatMap((row) => row.lines);
  const width = Math.max(
    Math.ceil(textWidth(node.name, NAME_PX) * BOLD) + (node.isInitial ? 12 : 0),
    widest(lines, TEXT_PX),
  );
  return {
    width: Math.max(64, width + 2 * PADDING),
    height: NAME_HEIGHT + lines.length * LINE_PX + (lines.length === 0 ? 2 : 6),
  };
}

/** The texts of a card, under its name. */
export function cardTexts(node: ChartNode, detail: Detail, { x, y }: Point): PlacedText[] {
  let line = 0;
  return rowsOf(node, detail).map(({ id, lines }) => {
    const text = { id, lines, x: x + PADDING, y: y + NAME_HEIGHT + (line + 1) * LINE_PX - 3 };
    line += lines.length;
    return text;
  });
}

/** The texts of the machine as a whole, side by side in lines as wide as the chart; and how high they are. */
export function bannerTexts(
  { listed }: ChartNode,
  detail: Detail,
  width: number,
): { readonly texts: readonly PlacedText[]; readonly height: number } {
  if (detail === 'compact') return { texts: [], height: NAME_HEIGHT };
  let x = PADDING + 4;
  let y = NAME_HEIGHT + LINE_PX;
  const texts = listed.map((transition) => {
    const line = rowText(transition);
    const size = textWidth(line, TEXT_PX) + 20;
    if (x + size > width && x > PADDING + 4) {
      x = PADDING + 4;
      y += LINE_PX;
    }
    const text = { id: transition.id, lines: [line], x, y };
    x += size;
    return text;
  });
  return { texts, height: texts.length === 0 ? NAME_HEIGHT : y + 4 };
}

/** How wide and high the label of a line is. */
export function labelSize(edge: ChartEdge): { width: number; height: number } {
  const lines = edge.transitions.flatMap(labelLines);
  return { width: widest(lines, TEXT_PX) + 8, height: lines.length * LINE_PX };
}

/** The texts of a label, each centred in its box. */
export function labelTexts({ transitions }: ChartEdge, { x, y, width }: Box): PlacedText[] {
  let line = 0;
  return transitions.map((transition) => {
    const lines = labelLines(transition);
    const text = { id: transition.id, lines, x: x + width / 2, y: y + (line + 1) * LINE_PX - 3.5 };
    line += lines.length;
    return text;
  });
}

function rowsOf({ listed }: ChartNode, detail: Detail): { readonly id: string; readonly lines: string[] }[] {
  if (detail === 'compact') return [];
  return listed
    .toSorted((a, b) => Number(a.target === null) - Number(b.target === null))
    .map((transition) => ({ id: transition.id, lines: wrapped(rowText(transition), LETTERS) }));
}

function rowText(transition: ChartTransition): string {
  const leaf = transition.target?.split('.').at(-1);
  return `${labelOf(transition)} ${leaf === undefined ? '↺' : `→\u00a0${shortEvent(leaf)}`}`;
}

function labelLines(transition: ChartTransition): string[] {
  const label = labelOf(transition);
  if (label.length <= LABEL_LETTERS) return [label];
  const [event = '', ...conditions] = label.split(/ (?=\[)/);
  return [event, ...conditions.flatMap((condition) => wrapped(condition, LABEL_LETTERS))];
}
