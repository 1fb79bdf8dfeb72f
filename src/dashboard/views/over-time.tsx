import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DistributionDocument } from '../../readmodels/roll-document.ts';
import type { SeriesPoint } from '../../readmodels/series.ts';
import { replaceAddress } from '../address.ts';
import { messageOf, nameOf, type Page, read, useAnswer } from '../api.ts';
import { Chart, hints, legendAbove, tip, useTheme } from '../chart.tsx';
import { DaySlider } from '../day-slider.tsx';
import type { Drawing } from '../draw.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { daysTo } from '../ledger.ts';
import { PATHWAY_NAMES, PATHWAYS, type Theme } from '../pathways.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { useSlow } from '../slow.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { day as dayText, difference, estimate, number } from '../wording.ts';

/** Strength by pathway through time, and any day as it was and as it was known. */
export function OverTime({ roll, live, address }: ViewProps) {
  const name = nameOf(roll);
  const seq = useSlow(live.distribution?.seq ?? null);
  const theme = useTheme();
  const answer = useAnswer<Page<SeriesPoint>>(seq === null ? null : `/api/rolls/${name}/series`, seq);
  const items = answer.state === 'there' ? answer.value.items : [];
  const latest = live.distribution?.time ?? null;
  const points = useMemo(() => daysTo(items, latest), [items, latest]);
  const drawing = useMemo(() => draw(points, theme, {}), [points, theme]);
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading' || live.distribution === null) return <Waiting what="Reading the days" />;
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    return <p class="notice">No event has moved anybody on this roll yet, so there is nothing to draw.</p>;
  }
  const rows = points.map(({ day, pathways, ...losses }) => ({ day, ...pathways, ...losses }));
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
      <Day
        name={name}
        seq={seq ?? 0}
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
              <th scope="row">{dayText(point.day)}</th>
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

interface DayProps {
  readonly name: string;
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly choose: (day: string) => void;
}

function Day({ name, seq, from, to, day, choose }: DayProps) {
  const { answers, problem } = useAnswers(name, day, seq);
  return (
    <section class="card" aria-labelledby="day">
      <h2 id="day">One day: what had happened, and what was known</h2>
      <DaySlider from={from} to={to} day={day} choose={choose} />
      {problem !== null && <p class="notice">{problem}</p>}
      {answers === null ? (
        <Waiting what="Reading that day" look="notice to-come" />
      ) : (
        <Comparison {...answers} />
      )}
    </section>
  );
}

interface Answers {
  readonly day: string;
  readonly wasThere: DistributionDocument;
  readonly wasKnown: DistributionDocument;
}

/** Both answers for a day. Those of the day before stay until both have come: nothing flickers. */
function useAnswers(name: string, day: string, seq: number) {
  const [answers, setAnswers] = useState<Answers | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // `seq` asks the same once more
  useEffect(() => {
    const ending = new AbortController();
    const ask = (view: string) =>
      read<DistributionDocument>(`/api/rolls/${name}?fields=distribution&${view}=${day}`, ending.signal);
    Promise.all([ask('asOf'), ask('asKnown')]).then(
      ([wasThere, wasKnown]) => {
        setAnswers({ day, wasThere, wasKnown });
        setProblem(null);
      },
      (error: unknown) => !ending.signal.aborted && setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [name, day, seq]);
  return { answers, problem };
}

function Comparison({ day, wasThere, wasKnown }: Answers) {
  const rows = [
    ...PATHWAYS.map((pathway) => ({
      label: PATHWAY_NAMES[pathway],
      texts: [estimate(wasThere.pathways[pathway]), estimate(wasKnown.pathways[pathway])],
      gap: wasThere.pathways[pathway].best - wasKnown.pathways[pathway].best,
    })),
    ...(['killed', 'missing', 'wounded'] as const).map((loss) => ({
      label: loss[0]?.toUpperCase() + loss.slice(1),
      texts: [number(wasThere.losses[loss]), number(wasKnown.losses[loss])],
      gap: wasThere.losses[loss] - wasKnown.losses[loss],
    })),
  ];
  const differing = rows.filter(({ texts: [a, b] }) => a !== b).length;
  return (
    <>
      <p role="status" id="day-verdict">
        {differing === 0
          ? `On ${dayText(day)} all that had happened was known.`
          : `On ${dayText(day)} the two answers differ in ${differing} ${differing === 1 ? 'line' : 'lines'}: some of it became known later.`}
      </p>
      <ScrollBox label="The two answers">
        <table id="answers">
          <thead>
            <tr>
              <th scope="col">Pathway</th>
              <th scope="col" class="number">
                As of
              </th>
              <th scope="col" class="number">
                As known on
              </th>
              <th scope="col" class="number">
                Not yet known
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, texts: [a, b], gap }) => (
              <tr key={label} data-differs={a === b ? undefined : true}>
                <th scope="row">{label}</th>
                <td class="number">{a}</td>
                <td class="number">{b}</td>
                <td class="number">{difference(gap)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}
