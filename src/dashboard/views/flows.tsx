import { useMemo } from 'preact/hooks';
import type { Flow } from '../../readmodels/flows.ts';
import type { Account } from '../../roll/accounts.ts';
import { nameOf, type Page, useAnswer } from '../api.ts';
import { Chart, hints, tip, useTheme } from '../chart.tsx';
import type { Drawing } from '../draw.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { ACCOUNT_NAMES, PATHWAYS, type Theme } from '../pathways.ts';
import { ScrollBox } from '../scroll-box.tsx';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { number } from '../wording.ts';

/** Who went from where to where, in all. */
export function Flows({ roll, live }: ViewProps) {
  const theme = useTheme();
  const seq = live.distribution?.seq ?? 0;
  const answer = useAnswer<Page<Flow>>(`/api/rolls/${nameOf(roll)}/flows`, seq);
  const flows = answer.state === 'there' ? answer.value.items : [];
  const drawing = useMemo(() => draw(flows, theme, {}), [flows, theme]);
  if (answer.state === 'failed') return <p class="notice">{answer.message}</p>;
  if (answer.state === 'loading' || live.distribution === null) return <Waiting what="Reading the flows" />;
  if (flows.length === 0)
    return <p class="notice">Nobody has moved on this roll yet, so there are no flows.</p>;
  return (
    <section class="card" aria-labelledby="flows">
      <div class="heading">
        <h2 id="flows">From where to where</h2>
        <Export
          roll={roll}
          distribution={live.distribution}
          what="Flows"
          rows={flows.map(({ from, to, persons }) => ({ from, to, persons }))}
          draw={(paper) => draw(flows, paper, EXPORT_ROOM)}
        />
      </div>
      <p class="quiet">
        Persons, best estimate, net of those who went back. “Again” marks a way that closes a circle.
      </p>
      <ScrollBox label="The flows as a diagram">
        <div class="wide">
          <Chart
            drawing={drawing}
            height={30}
            paperWidth={1_050}
            label="Flows between pathways; the numbers are in the table below"
          />
        </div>
      </ScrollBox>
      <details>
        <summary>The flows as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" class="number">
                Persons
              </th>
            </tr>
          </thead>
          <tbody>
            {flows.map(({ from, to, persons }) => (
              <tr key={`${from} ${to}`}>
                <th scope="row">{ACCOUNT_NAMES[from]}</th>
                <td>{ACCOUNT_NAMES[to]}</td>
                <td class="number">{number(persons)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

interface Link {
  readonly source: string;
  readonly target: string;
  readonly value: number;
}

function draw(flows: readonly Flow[], theme: Theme, room: object): Drawing {
  const links = withoutCircles(flows);
  const names = [...new Set(links.flatMap(({ source, target }) => [source, target]))];
  const colours = new Map(PATHWAYS.map((pathway) => [ACCOUNT_NAMES[pathway], theme.pathways[pathway]]));
  const colourOf = (name: string) => colours.get(name.replace(/ again$/, '')) ?? theme.muted;
  return {
    textStyle: { fontFamily: 'sans-serif' },
    tooltip: {
      trigger: 'item',
      ...hints(theme),
      formatter: ({ name, value }: { name: string; value: number }) =>
        tip(name.replace(' > ', ' → '), [{ text: number(value) }]),
    },
    series: [
      {
        type: 'sankey',
        left: 8,
        right: 11 * theme.fontSize,
        top: 8,
        bottom: 8,
        nodeGap: 14,
        ...room,
        ...('right' in room && { right: 160 }),
        emphasis: { focus: 'adjacency' },
        label: { color: theme.ink, fontSize: theme.fontSize, textBorderWidth: 0 },
        lineStyle: { color: 'source', opacity: 0.35, curveness: 0.5 },
        data: names.map((name) => ({ name, itemStyle: { color: colourOf(name), borderColor: theme.ink } })),
        links,
      },
    ],
    // On a phone the columns stand closer than the names are long
    media: [
      {
        query: { maxWidth: 640 },
        option: {
          series: [
            {
              right: 7 * theme.fontSize,
              labelLayout: ({ dataIndex, rect }: { dataIndex: number; rect: { height: number } }) =>
                rect.height > 4 * theme.fontSize ? { dy: 1.4 * theme.fontSize * ((dataIndex % 5) - 2) } : {},
              label: { textBorderColor: theme.sheet, textBorderWidth: 3 },
            },
          ],
        },
      },
    ],
  };
}

/** A Sankey diagram flows one way: what would close a circle leads to a second node of that name. */
function withoutCircles(flows: readonly Flow[]): Link[] {
  const onward = new Map<Account, Account[]>();
  const reaches = (from: Account, to: Account): boolean =>
    from === to || (onward.get(from) ?? []).some((next) => reaches(next, to));
  return flows
    .toSorted((a, b) => b.persons - a.persons)
    .map(({ from, to, persons }) => {
      const isClosing = reaches(to, from);
      if (!isClosing) onward.set(from, [...(onward.get(from) ?? []), to]);
      const target = isClosing ? `${ACCOUNT_NAMES[to]} again` : ACCOUNT_NAMES[to];
      return { source: ACCOUNT_NAMES[from], target, value: persons };
    });
}
