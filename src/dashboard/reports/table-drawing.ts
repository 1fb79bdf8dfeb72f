import type { Cell, Chart, Column, ColumnKind, Row, Table } from '../../readmodels/reports/report.ts';
import { hints, tip } from '../chart.tsx';
import type { Drawing } from '../draw.ts';
import type { Theme } from '../pathways.ts';
import { bestOf, cellOf, cellText, fullTitle, isWords } from './cell-text.ts';
import { BASIS_WORDS } from './row-basis.ts';

/** Rows that a drawing holds; the table has them all. */
const MOST = 30;
const LEGEND_REM = 2.5;
const BAR_REM = 1.25;
const BARS = { barGap: '15%', barCategoryGap: '30%', barMaxWidth: 22 };
const CAP_PX = 4;
/** Of a letter, by the size of the text. */
const LETTER_WIDTH = 0.6;

/** What a drawing needs of a table: its rows with something to see, what names them and what is drawn. */
export interface Drawn {
  readonly kind: Chart['kind'];
  readonly rows: readonly Row[];
  readonly category: Column;
  readonly values: readonly Column[];
}

/** What is drawn of a table; null where it names no drawing or has nothing but zeros and unknowns. */
export function drawnOf({ chart, columns, rows }: Table): Drawn | null {
  if (chart === null) return null;
  const category = columns.find(({ id }) => id === chart.category);
  const values = columns
    .filter(({ id, kind }) => chart.values.includes(id) && !isWords(kind))
    .map((column) => ({ ...column, title: fullTitle(columns, column) }));
  const seen = rows.filter((row) => values.some((value) => (bestOf(cellOf(row, value)) ?? 0) !== 0));
  if (category === undefined || seen.length === 0) return null;
  return { kind: chart.kind, rows: seen.slice(0, MOST), category, values };
}

/** In rem: as high as its bars need. */
export function heightOf({ kind, rows, values }: Drawn): number {
  const legend = values.length > 1 ? LEGEND_REM : 0;
  return kind === 'line' ? 22 : legend + 3 + rows.length * Math.max(2.5, BAR_REM * values.length + 0.75);
}

/** Bars or lines with their ranges; what-if rows are hatched or dashed, and say so. */
export function drawRows(drawn: Drawn, theme: Theme, room: object): Drawing {
  const { kind, values, rows } = drawn;
  const text = { color: theme.muted, fontSize: theme.fontSize };
  const [first] = values;
  const amounts = {
    type: 'value',
    boundaryGap: [0, '4%'],
    ...(first !== undefined && isWhole(first.kind) && { minInterval: 1 }),
    axisLabel: {
      ...text,
      hideOverlap: true,
      formatter: (n: number) => (first === undefined ? '' : cellText(n, first.kind)),
    },
    splitLine: { lineStyle: { color: theme.line } },
  };
  const names = {
    type: 'category',
    data: rows.map((_, place) => place),
    axisLabel: {
      ...text,
      color: theme.ink,
      interval: kind === 'bar' ? 0 : 'auto',
      width: 180,
      lineHeight: Math.round(1.3 * theme.fontSize),
      overflow: 'break',
      formatter: (_: string, place: number) => nameOf(drawn, rows[place]),
    },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
  };
  return {
    textStyle: { fontFamily: 'sans-serif' },
    grid: {
      left: 8,
      right: 16 + LETTER_WIDTH * theme.fontSize * longestEnd(drawn),
      top: values.length > 1 ? 16 * LEGEND_REM : 8,
      bottom: 8,
      containLabel: true,
      ...room,
    },
    ...(values.length > 1 && {
      legend: {
        top: 'top' in room ? 84 : 0,
        textStyle: { color: theme.ink, fontSize: theme.fontSize },
        data: values.map(({ title }) => title),
      },
    }),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      ...hints(theme),
      formatter: (marks: readonly { dataIndex: number }[]) => hintOf(drawn, rows[marks[0]?.dataIndex ?? -1]),
    },
    ...(kind === 'bar'
      ? { xAxis: amounts, yAxis: { ...names, inverse: true } }
      : { xAxis: names, yAxis: amounts }),
    series: values.flatMap((value, place) => {
      const colour = theme.series[place % theme.series.length] ?? theme.ink;
      return kind === 'bar'
        ? barsOf(drawn, value, place, colour, theme)
        : linesOf(drawn, value, colour, theme);
    }),
    media: [
      {
        query: { maxWidth: 640 },
        option: kind === 'bar' ? { yAxis: { axisLabel: { width: 96 } } } : {},
      },
    ],
  };
}

/** Whether a kind is told in whole numbers: between two of them its axis has no mark. */
function isWhole(kind: ColumnKind): boolean {
  return !['share', 'ratio', 'quantity', 'per-1000-troop-months', 'persons-per-week'].includes(kind);
}

/** What ECharts hands to a series that draws itself. */
interface Api {
  value(dimension: number): number;
  coord(value: readonly [number, number]): readonly [number, number];
  barLayout(options: object): readonly { readonly offsetCenter: number }[];
}

function barsOf(
  { rows, values }: Drawn,
  value: Column,
  place: number,
  color: string,
  theme: Theme,
): object[] {
  const hatch = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 };
  const bars = {
    name: value.title,
    type: 'bar',
    ...BARS,
    itemStyle: { color },
    data: rows.map((row) => ({
      value: bestOf(cellOf(row, value)) ?? '-',
      ...(row.basis === 'hypothetical' && {
        itemStyle: { color, borderColor: color, borderWidth: 1, decal: { ...hatch, color: theme.sheet } },
      }),
    })),
  };
  const ends = {
    name: value.title,
    type: 'custom',
    silent: true,
    z: 3,
    clip: false,
    encode: { x: [1, 2], y: 0 },
    data: rows.map((row, at) => [at, ...boundsOf(cellOf(row, value))]),
    renderItem: (_: unknown, api: Api) => {
      const at = api.value(0);
      const shift = api.barLayout({ ...BARS, count: values.length })[place]?.offsetCenter ?? 0;
      const row = rows[at];
      const text = row === undefined ? '' : bestText(cellOf(row, value), value);
      const [low, y] = api.coord([api.value(1), at]);
      const [high] = api.coord([api.value(2), at]);
      return endOf({ low, high, y: y + shift }, text, theme);
    },
  };
  return [bars, ends];
}

/** The range of a bar as a lying line with caps, and after it the best estimate. */
function endOf({ low, high, y }: { low: number; high: number; y: number }, text: string, theme: Theme) {
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: theme.ink, lineWidth: 1.5 },
  });
  const whisker =
    low === high
      ? []
      : [
          line(low, y, high, y),
          line(low, y - CAP_PX, low, y + CAP_PX),
          line(high, y - CAP_PX, high, y + CAP_PX),
        ];
  const label = {
    type: 'text',
    x: high + 6,
    y,
    style: { text, fill: theme.ink, font: `${theme.fontSize}px sans-serif`, verticalAlign: 'middle' },
  };
  return { type: 'group', children: [...whisker, label] };
}

function linesOf({ rows }: Drawn, value: Column, color: string, theme: Theme): object[] {
  return (['reported', 'hypothetical'] as const).flatMap((basis) => {
    if (!rows.some((row) => row.basis === basis)) return [];
    const own = (row: Row) => (row.basis === basis ? cellOf(row, value) : null);
    const line = {
      name: value.title,
      type: 'line',
      connectNulls: true,
      symbol: basis === 'reported' ? 'circle' : 'emptyDiamond',
      symbolSize: 8,
      itemStyle: { color },
      lineStyle: { color, width: 2, type: basis === 'reported' ? 'solid' : 'dashed' },
      data: rows.map((row) => bestOf(own(row)) ?? '-'),
    };
    const ranges = {
      name: value.title,
      type: 'custom',
      silent: true,
      encode: { x: 0, y: [1, 2] },
      data: rows.map((row, at) => [at, ...boundsOf(own(row))]),
      renderItem: (_: unknown, api: Api) => {
        const [x, low] = api.coord([api.value(0), api.value(1)]);
        const [, high] = api.coord([api.value(0), api.value(2)]);
        return {
          type: 'line',
          shape: { x1: x, y1: low, x2: x, y2: high },
          style: { stroke: theme.ink, lineWidth: low === high ? 0 : 1.5 },
        };
      },
    };
    return [line, ranges];
  });
}

/** The ends of a cell's range as far as they are known; those of what is unknown are at 0. */
function boundsOf(cell: Cell): readonly [number, number] {
  const best = bestOf(cell) ?? 0;
  if (cell === null || typeof cell !== 'object') return [best, best];
  return [cell.low ?? best, cell.high ?? best];
}

const bestText = (cell: Cell, { kind }: Column): string => cellText(bestOf(cell), kind);

const longestEnd = ({ rows, values }: Drawn): number =>
  Math.max(...values.flatMap((value) => rows.map((row) => bestText(cellOf(row, value), value).length)));

function nameOf({ category, rows }: Drawn, row: Row | undefined): string {
  if (row === undefined) return '';
  const name = cellText(cellOf(row, category), category.kind);
  const isMixed = rows.some(({ basis }) => basis === 'hypothetical');
  return isMixed ? `${name}\n${BASIS_WORDS[row.basis]}` : name;
}

function hintOf(drawn: Drawn, row: Row | undefined): HTMLElement | string {
  if (row === undefined) return '';
  return tip(
    nameOf(drawn, row),
    drawn.values.map((value) => ({ text: `${value.title} ${cellText(cellOf(row, value), value.kind)}` })),
  );
}
