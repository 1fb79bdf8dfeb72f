import type { DistributionDocument } from '../readmodels/roll-document.ts';
import type { RollSummary } from './api.ts';
import type { Drawing } from './draw.ts';
import { EXPORT_ROOM, Export } from './export.tsx';
import { PATHWAY_NAMES, PATHWAYS, type Theme } from './pathways.ts';
import { counted, estimate, number, phaseText } from './wording.ts';

interface Props {
  readonly roll: RollSummary;
  readonly distribution: DistributionDocument;
}

/** Takes away who stands where, with the losses. */
export function ExportNow({ roll, distribution }: Props) {
  const { pathways, losses, unaccounted, inflow, balance } = distribution;
  const rows = [
    ...PATHWAYS.map((pathway) => ({ measure: 'strength', of: pathway, ...pathways[pathway] })),
    ...Object.entries(losses).map(([loss, persons]) => ({ measure: 'loss', of: loss, ...counted(persons) })),
    { measure: 'loss', of: 'unaccounted', ...counted(unaccounted) },
    { measure: 'total', of: 'inflow', ...inflow },
    { measure: 'total', of: 'balance', ...counted(balance) },
  ];
  return (
    <Export
      roll={roll}
      distribution={distribution}
      what="Where they stand"
      rows={rows}
      draw={(paper) => draw(distribution, paper)}
    />
  );
}

/** A bar for each pathway and loss: full to the low estimate, pale to the high one, a line at the best. */
function draw({ pathways, losses, unaccounted, phase }: DistributionDocument, theme: Theme): Drawing {
  const bars = [
    ...PATHWAYS.map((pathway) => ({
      name: PATHWAY_NAMES[pathway],
      colour: theme.pathways[pathway],
      ...pathways[pathway],
    })),
    ...Object.entries({ Killed: losses.killed, Missing: losses.missing, Unaccounted: unaccounted }).map(
      ([name, persons]) => ({ name, colour: theme.loss, ...counted(persons) }),
    ),
  ];
  const bar = { type: 'bar', stack: 'strength', barWidth: 22 };
  return {
    textStyle: { fontFamily: 'sans-serif' },
    grid: { ...EXPORT_ROOM, left: 16, right: 190, containLabel: true },
    xAxis: {
      type: 'value',
      name: `Persons; full bar: low estimate, pale: up to the high one, line: the best. Phase: ${phaseText(phase)}`,
      nameLocation: 'middle',
      nameGap: 34,
      nameTextStyle: { color: theme.muted, fontSize: 14 },
      axisLabel: { color: theme.muted, hideOverlap: true, formatter: (value: number) => number(value) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { color: theme.ink, fontSize: 15 },
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
    },
    series: [
      { ...bar, data: bars.map(({ low, colour }) => ({ value: low, itemStyle: { color: colour } })) },
      {
        ...bar,
        data: bars.map(({ low, high, colour }) => ({
          value: high - low,
          itemStyle: { color: colour, opacity: 0.4 },
        })),
        label: {
          show: true,
          position: 'right',
          opacity: 1,
          distance: 8,
          fontSize: 15,
          color: theme.ink,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const shown = bars[dataIndex];
            return shown === undefined ? '' : estimate(shown);
          },
        },
      },
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [3, 26],
        itemStyle: { color: theme.ink },
        data: bars.flatMap(({ low, best, high }, place) => (low === high ? [] : [[best, place]])),
      },
    ],
  };
}
