import { LineChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Curve } from './result.ts';

use([LineChart, GridComponent, TitleComponent, SVGRenderer]);

const PANEL = { width: 320, height: 280 };
const INK = { text: '#1f2933', faint: '#616e7c', lines: '#d3dae2', ours: '#0b5fa5' };

/** How cost grows, as SVG: both scales by tens, so that what is linear rises as the dashed line does, or less. */
export function plot(curves: readonly Curve[]): string {
  const chart = init(null, null, {
    ...{ renderer: 'svg', ssr: true, height: PANEL.height, width: PANEL.width * curves.length },
  });
  const left = (index: number) => index * PANEL.width;
  chart.setOption({
    animation: false,
    // Opaque: it is read on light pages and dark ones.
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'system-ui, sans-serif', color: INK.text },
    title: curves.map(({ name, y }, index) => ({
      ...{ text: name, subtext: y, left: left(index) + 16, top: 10, itemGap: 4 },
      textStyle: { fontSize: 13, fontWeight: 600, color: INK.text },
      subtextStyle: { fontSize: 12, color: INK.faint },
    })),
    grid: curves.map((_, index) => ({
      ...{ left: left(index) + 52, width: PANEL.width - 84, top: 66, bottom: 44 },
    })),
    xAxis: curves.map(({ x }, gridIndex) => ({ ...axis(x), gridIndex, nameLocation: 'middle', nameGap: 28 })),
    yAxis: curves.map((_, gridIndex) => ({ ...axis(''), gridIndex })),
    series: curves.flatMap(({ points }, index) => [
      {
        ...{ type: 'line', xAxisIndex: index, yAxisIndex: index, symbol: 'none', silent: true },
        lineStyle: { type: 'dashed', color: INK.faint, width: 1 },
        data: linear(points),
      },
      {
        ...{
          type: 'line',
          xAxisIndex: index,
          yAxisIndex: index,
          symbol: 'circle',
          symbolSize: 7,
          silent: true,
        },
        ...{ color: INK.ours, lineStyle: { width: 2 } },
        label: {
          ...{ show: true, position: 'top', fontSize: 12, color: INK.text },
          formatter: ({ value }: { value: unknown }) => (Array.isArray(value) ? short(value[1]) : ''),
        },
        data: points.map(({ x, y }) => [x, y]),
      },
    ]),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

function axis(name: string) {
  return {
    ...{ type: 'log', name, nameTextStyle: { color: INK.faint, fontSize: 12 } },
    axisLabel: { color: INK.faint, fontSize: 11, formatter: short },
    axisLine: { lineStyle: { color: INK.lines } },
    splitLine: { lineStyle: { color: INK.lines } },
    minorTick: { show: false },
  };
}

/** As if each had cost as much more as there was more of it. */
function linear(points: Curve['points']): [number, number][] {
  const [first] = points;
  return first === undefined ? [] : points.map(({ x }) => [x, (first.y * x) / first.x]);
}

function short(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 }).format(value);
}
