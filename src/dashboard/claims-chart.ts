import type { Claim } from '../readmodels/claims.ts';
import type { SeriesPoint } from '../readmodels/series.ts';
import { hints, legendAbove, tip } from './chart.tsx';
import { type ClaimSeries, inLedger, LEDGER_NAMES, type Measure } from './claim-series.ts';
import type { Drawing } from './draw.ts';
import { dayOf } from './ledger.ts';
import type { Theme } from './pathways.ts';
import { day as dayText, estimate, number } from './wording.ts';

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle'] as const;
const DASHES = ['dashed', 'dotted', [10, 3, 2, 3], [2, 6]] as const;
const CAP_PX = 5;

/** What ECharts hands to a series that draws itself. */
interface Api {
  value(dimension: number): number;
  coord(value: readonly [number, number]): readonly [number, number];
}

/** Every series of a measure by itself, with its ranges, and the line of the ledger. */
export function drawClaims(
  measure: Measure,
  all: readonly ClaimSeries[],
  points: readonly SeriesPoint[],
  theme: Theme,
  room: object,
): Drawing {
  const text = { color: theme.muted, fontSize: theme.fontSize };
  const names: string[] = [];
  const series = all.flatMap(({ name, claims }, place) => {
    const own = claims.filter((claim) => claim.measure === measure);
    if (own.length === 0) return [];
    names.push(name);
    return drawSeries(name, own, place, theme);
  });
  const ledger = {
    name: LEDGER_NAMES[measure],
    type: 'line',
    step: 'end',
    symbol: 'none',
    itemStyle: { color: theme.ink },
    lineStyle: { width: 2.5, type: 'solid', color: theme.ink },
    data: points.map((point) => [point.day, inLedger(measure, point)]),
  };
  return {
    textStyle: { fontFamily: 'sans-serif' },
    ...legendAbove(theme, [ledger.name, ...names], ledger.name, room),
    tooltip: {
      trigger: 'item',
      ...hints(theme),
      formatter: ({ seriesName, data }: { seriesName: string; data: { claim?: Claim } }) =>
        data.claim === undefined ? '' : hintOf(seriesName, data.claim),
    },
    xAxis: {
      type: 'time',
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'value',
      min: 0,
      axisLabel: { ...text, formatter: (value: number) => number(value) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: [ledger, ...series],
  };
}

function drawSeries(name: string, claims: readonly Claim[], place: number, theme: Theme): object[] {
  const color = theme.series[place % theme.series.length] ?? theme.ink;
  const isJoined = claims.every(({ cumulative }) => cumulative !== false);
  const dayOfClaim = ({ event }: Claim) => dayOf(Date.parse(event.time));
  const marks = {
    name,
    type: isJoined ? 'line' : 'scatter',
    symbol: SYMBOLS[place % SYMBOLS.length],
    symbolSize: 11,
    z: 4,
    itemStyle: { color },
    ...(isJoined && { lineStyle: { width: 2, color, type: DASHES[place % DASHES.length] } }),
    data: claims.map((claim) => ({ value: [dayOfClaim(claim), claim.value.best], claim })),
  };
  const ranges = {
    name,
    type: 'custom',
    z: 3,
    itemStyle: { color },
    silent: true,
    encode: { x: 0, y: [1, 2] },
    data: claims
      .filter(({ value }) => value.low < value.high)
      .map((claim) => [dayOfClaim(claim), claim.value.low, claim.value.high]),
    renderItem: (_: unknown, api: Api) => whisker(api, color),
  };
  return [marks, ranges];
}

/** A range as an upright line with a cap at each end. */
function whisker(api: Api, stroke: string) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const [, high] = api.coord([api.value(0), api.value(2)]);
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth: 2 },
  });
  return {
    type: 'group',
    children: [
      line(x, low, x, high),
      line(x - CAP_PX, low, x + CAP_PX, low),
      line(x - CAP_PX, high, x + CAP_PX, high),
    ],
  };
}

function hintOf(series: string, { event, value }: Claim): HTMLElement {
  const who = event.reporter ?? `${event.basis}, no reporter named`;
  return tip(`${series}, ${dayText(event.time)}`, [{ text: estimate(value) }, { text: who }]);
}
