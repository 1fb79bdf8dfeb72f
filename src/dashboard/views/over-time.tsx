import { useMemo, useState } from 'preact/hooks';
import type { SeriesPoint } from '../../readmodels/series.ts';
import { replaceAddress } from '../address.ts';
import { nameOf, type Page, useAnswer } from '../api.ts';
import { Chart, hints, legendAbove, tip, useTheme } from '../chart.tsx';
import type { Drawing } from '../draw.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { FarDays, farDays } from '../far-days.tsx';
import { daysTo } from '../ledger.ts';
import { OneDay } from '../one-day.tsx';
import { PATHWAY_NAMES, PATHWAYS, type Theme } from '../pathways.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { useSlow } from '../slow.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { day as dayText, number } from '../wording.ts';

/** Strength by pathway through time, and any day as it was and as it was known. */
export function OverTime({ roll, live, address }: ViewProps) {
  const name = nameOf(roll);
  const seq = useSlow(live.distribution?.seq ?? null);
  const theme = useTheme();
  const answer = useAnswer<Page<SeriesPoint>>(seq === null ? null : `/api/rolls/${name}/series`, seq);
  const items = answer.state === 'there' ? answer.value.items : [];
  const latest = live.distribution?.time ?? null;
  const [isWhole, setWhole] = useState(false);
  const days = useMemo(() => daysTo(items, latest), [items, latest]);
  const far = useMemo(() => farDays(days, roll), [days, roll.basis]);
  const points = useMemo(
    () => (isWhole ? days : days.filter(({ day }) => !far.includes(day))),
    [days, far, isWhole],
  );
  const drawing = useMemo(() => draw(points, theme, {}), [points, theme]);
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading' || live.distribution === null) return <Waiting what="Reading the days" />;
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    if (far.length > 0) return <FarDays days={far} isWhole={isWhole} toggle={() => setWhole(!isWhole)} />;
    return <p class="notice">No event has moved anybody on this roll yet, so there is nothing to draw.</p>;
  }
  const rows = days.map(({ day, pathways, ...losses }) => ({ day, ...pathways, ...losses }));
  return (
    <>
      <section class="card" aria-labelledby="strength">
        <div class="heading">
          <h2 id="strength">Strength by pathway, and the lost</h2>
          <Export
            roll={roll}
            distribution={live.distribution}
            what="Strength over time"
            rows={rows}
            draw={(paper) => draw(points, paper, EXPORT_ROOM)}
          />
        </div>
        {far.length > 0 && <FarDays days={far} isWhole={isWhole} toggle={() => setWhole(!isWhole)} />}
        <Chart
          drawing={drawing}
          height={26}
          label={`Strength by pathway from ${dayText(first.day)} to ${dayText(last.day)}; the days are in the table below`}
        />
        <details>
          <summary>The days as a table</summary>
          <Days points={points} />
        </details>
      </section>
      <OneDay
        name={name}
        now={live.distribution}
        from={first.day}
        to={last.day}
        day={address.day ?? last.day}
        choose={(day) => replaceAddress({ ...address, roll: name, day })}
      />
    </>
  );
}

function draw(points: readonly SeriesPoint[], theme: Theme, room: object): Drawing {
  const text = { color: theme.muted, fontSize: theme.fontSize };
  const used = PATHWAYS.filter((pathway) => points.some((point) => point.pathways[pathway] !== 0));
  const symbols = [
    'circle',
    'rect',
    'triangle',
    'diamond',
    'emptyCircle',
    'emptyRect',
    'emptyTriangle',
    'emptyDiamond',
    'roundRect',
  ];
  const areas = used.map((pathway, place) => ({
    name: PATHWAY_NAMES[pathway],
    type: 'line',
    stack: 'strength',
    step: 'end',
    symbol: symbols[place % symbols.length],
    symbolSize: 6,
    itemStyle: { color: theme.pathways[pathway] },
    lineStyle: { width: 1.5, color: theme.pathways[pathway] },
    areaStyle: { color: theme.pathways[pathway], opacity: 0.75 },
    data: points.map((point) => [point.day, point.pathways[pathway]]),
  }));
  const lost = {
    name: 'Killed and missing',
    type: 'line',
    step: 'end',
    symbol: 'none',
    itemStyle: { color: theme.loss },
    lineStyle: { width: 3, type: 'dashed', color: theme.loss },
    data: points.map(({ day, killed, missing }) => [day, killed + missing]),
  };
  return {
    textStyle: { fontFamily: 'sans-serif' },
    ...legendAbove(
      theme,
      [...areas, lost].map(({ name }) => name),
      lost.name,
      room,
    ),
    tooltip: {
      trigger: 'axis',
      ...hints(theme),
      formatter: (marks: readonly { dataIndex: number }[]) => {
        const point = points[marks[0]?.dataIndex ?? -1];
        if (point === undefined) return '';
        return tip(dayText(point.day), [
          ...used.map((pathway) => ({
            colour: theme.pathways[pathway],
            text: `${PATHWAY_NAMES[pathway]} ${number(point.pathways[pathway])}`,
          })),
          { colour: theme.loss, text: `Killed and missing ${number(point.killed + point.missing)}` },
        ]);
      },
    },
    xAxis: {
      type: 'time',
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'value',
      axisLabel: { ...text, formatter: (value: number) => number(value) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: [...areas, lost],
  };
}

function Days({ points }: { readonly points: readonly SeriesPoint[] }) {
  const used = PATHWAYS.filter((pathway) => points.some((point) => point.pathways[pathway] !== 0));
  return (
    <ScrollBox label="The days">
      <table>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {used.map((pathway) => (
              <th key={pathway} scope="col" class="number">
                {PATHWAY_NAMES[pathway]}
              </th>
            ))}
            <th scope="col" class="number">
              Killed, missing
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.day}>
              <th scope="row" class="whole">
                {dayText(point.day)}
              </th>
              {used.map((pathway) => (
                <td key={pathway} class="number">
                  {number(point.pathways[pathway])}
                </td>
              ))}
              <td class="number">{number(point.killed + point.missing)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
