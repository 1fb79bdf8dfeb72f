import type { DistributionDocument } from '../readmodels/roll-document.ts';
import { nameOf, type RollSummary } from './api.ts';
import { hints, tip } from './chart.tsx';
import type { Drawing } from './draw.ts';
import { ACCOUNT_NAMES, PATHWAY_NAMES, PATHWAYS, type Theme } from './pathways.ts';
import { basisWords, number } from './wording.ts';

/** One timeline in a comparison. */
export interface TimelineColumn {
  readonly roll: RollSummary;
  readonly distribution: DistributionDocument;
}

/** Pixels that a number in a bar takes. */
const NUMBER_PX = 44;

/**
 * A bar for each timeline: all who were ever sent, by where they stand or how they were lost. `width` in pixels;
 * on paper nobody scrolls the legend.
 */
export function drawTimelines(
  columns: readonly TimelineColumn[],
  theme: Theme,
  width: number,
  room: object,
  isOnPaper = false,
): Drawing {
  const parts = [
    ...PATHWAYS.map((pathway) => ({
      name: PATHWAY_NAMES[pathway],
      colour: theme.pathways[pathway],
      of: ({ pathways }: DistributionDocument) => pathways[pathway].best,
    })),
    {
      name: 'Killed and missing',
      colour: theme.loss,
      of: ({ losses }: DistributionDocument) => losses.killed + losses.missing,
    },
    {
      name: ACCOUNT_NAMES.unaccounted,
      colour: theme.muted,
      of: ({ unaccounted }: DistributionDocument) => Math.max(0, unaccounted),
    },
  ].filter(({ of }) => columns.some(({ distribution }) => of(distribution) !== 0));
  const longest = Math.max(1, ...columns.map(({ distribution }) => distribution.inflow.best));
  const isRoomFor = (persons: number) => (width * persons) / longest > NUMBER_PX;
  return {
    textStyle: { fontFamily: 'sans-serif' },
    grid: { left: 8, right: 24, top: isOnPaper ? 64 : 40, bottom: 8, containLabel: true, ...room },
    legend: {
      type: isOnPaper ? 'plain' : 'scroll',
      top: 'top' in room ? 84 : 0,
      textStyle: { color: theme.ink },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      ...hints(theme),
      formatter: (marks: readonly { dataIndex: number }[]) => {
        const column = columns[marks[0]?.dataIndex ?? -1];
        if (column === undefined) return '';
        const lines = parts
          .map(({ name, colour, of }) => ({ name, colour, persons: of(column.distribution) }))
          .filter(({ persons }) => persons !== 0)
          .map(({ name, colour, persons }) => ({ colour, text: `${name} ${number(persons)}` }));
        return tip(titleOf(column.roll), lines);
      },
    },
    xAxis: {
      type: 'value',
      axisLabel: { color: theme.muted, hideOverlap: true, formatter: (value: number) => number(value) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: columns.map(({ roll }) => nameOf(roll)),
      axisLabel: {
        color: theme.ink,
        lineHeight: 17,
        formatter: (_name: string, place: number) => {
          const column = columns[place];
          return column === undefined ? '' : titleOf(column.roll).replace(': ', '\n');
        },
      },
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
    },
    series: parts.map(({ name, colour, of }) => ({
      name,
      type: 'bar',
      stack: 'all',
      barMaxWidth: 34,
      itemStyle: { color: colour, borderColor: theme.sheet, borderWidth: 1 },
      label: {
        show: true,
        color: theme.sheet,
        formatter: ({ value }: { value: number }) => (isRoomFor(value) ? number(value) : ''),
      },
      data: columns.map(({ distribution }) => of(distribution)),
    })),
  };
}

function titleOf(roll: RollSummary): string {
  const words = basisWords(roll);
  return words === null ? roll.timeline : `${words.mark}: ${roll.timeline}`;
}
