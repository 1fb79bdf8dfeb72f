import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MatrixComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  CustomChart,
  LineChart,
  SankeyChart,
  ScatterChart,
  AriaComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MatrixComponent,
  TitleComponent,
  TooltipComponent,
  LabelLayout,
  SVGRenderer,
]);

export type Drawing = EChartsCoreOption;

/** A chart that lives in an element. */
export type Drawn = ReturnType<typeof drawIn>;

/** Starts a chart in an element. */
export function drawIn(element: HTMLElement) {
  return init(element, null, { renderer: 'svg' });
}

/** A drawing as the text of an SVG file. */
export function drawAsText(drawing: Drawing, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ ...drawing, animation: false });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
