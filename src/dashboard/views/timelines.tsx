import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Estimate } from '../../../events/estimate.ts';
import type { DistributionDocument, RollDistribution } from '../../readmodels/roll-document.ts';
import { hrefOf } from '../address.ts';
import { messageOf, nameOf, type RollSummary, read } from '../api.ts';
import { Chart, PAPER_WIDTH, useTheme } from '../chart.tsx';
import { EXPORT_ROOM, Export } from '../export.tsx';
import { ACCOUNT_NAMES, PATHWAY_NAMES, PATHWAYS } from '../pathways.ts';
import { usePrinting } from '../printing.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { drawTimelines, type TimelineColumn } from '../timelines-drawing.ts';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { basisWords, counted, difference, estimate } from '../wording.ts';

/** A comparison of more is read by nobody. */
const MOST = 12;

/** The longest a bar gets, and what stands beside it. */
const WIDEST_PX = 950;
const BESIDE_PX = 200;

const barWidth = (isPrinting: boolean) =>
  Math.min(WIDEST_PX, (isPrinting ? PAPER_WIDTH : document.documentElement.clientWidth) - BESIDE_PX);

interface Measure {
  readonly id: string;
  readonly name: string;
  readonly of: (distribution: DistributionDocument) => Estimate;
}

const MEASURES: readonly Measure[] = [
  ...PATHWAYS.map((id) => ({
    id,
    name: PATHWAY_NAMES[id],
    of: ({ pathways }: DistributionDocument) => pathways[id],
  })),
  ...(['killed', 'missing'] as const).map((id) => ({
    id,
    name: ACCOUNT_NAMES[id],
    of: ({ losses }: DistributionDocument) => counted(losses[id]),
  })),
  {
    id: 'unaccounted',
    name: ACCOUNT_NAMES.unaccounted,
    of: ({ unaccounted }: DistributionDocument) => counted(unaccounted),
  },
  {
    id: 'wounded',
    name: 'Wounded, on strength',
    of: ({ losses }: DistributionDocument) => counted(losses.wounded),
  },
];

/** The record and the what-ifs of one war side by side. */
export function Timelines({ roll, rolls, live }: ViewProps) {
  const { columns, problem } = useColumns(roll, rolls);
  const theme = useTheme();
  const isPrinting = usePrinting();
  const drawing = useMemo(
    () => drawTimelines(columns ?? [], theme, barWidth(isPrinting), {}, isPrinting),
    [columns, theme, isPrinting],
  );

  if (problem !== null) return <p class="notice">{problem}</p>;
  const [record] = columns ?? [];
  if (columns === null || record === undefined || live.distribution === null) {
    return <Waiting what="Reading the timelines" />;
  }
  const gap = ({ of }: Measure, { distribution }: TimelineColumn) =>
    of(distribution).best - of(record.distribution).best;
  const rows = columns.flatMap((column) =>
    MEASURES.map((measure) => ({
      basis: basisWords(column.roll)?.mark ?? 'REPORTED',
      timeline: column.roll.timeline,
      asOf: column.distribution.time?.slice(0, 10) ?? null,
      measure: measure.id,
      ...levels(measure.of(column.distribution)),
      difference: gap(measure, column),
    })),
  );
  return (
    <section class="card" aria-labelledby="timelines">
      <div class="heading">
        <h2 id="timelines">Timelines side by side</h2>
        <Export
          roll={roll}
          distribution={live.distribution}
          what="Timelines"
          covers={columns.map((column) => column.roll)}
          rows={rows}
          draw={(paper) => drawTimelines(columns, paper, WIDEST_PX, EXPORT_ROOM)}
        />
      </div>
      <p class="quiet">
        Below each number, how it differs from {record.roll.timeline}. Those marked HYPOTHETICAL are what-ifs:
        from where they leave their base, nothing in them has happened.
        {columns.length === 1 &&
          ' There is no what-if of this war yet: play a script that extends the record.'}
      </p>
      <Chart
        drawing={drawing}
        height={7 + 3.25 * columns.length}
        label="Best estimates by pathway, a bar for each timeline; the numbers are in the table below"
      />
      <ScrollBox label="The timelines">
        <table id="compared">
          <thead>
            <tr>
              <th scope="col">Pathway</th>
              {columns.map((column) => (
                <th key={nameOf(column.roll)} scope="col" class="number">
                  <a href={hrefOf({ roll: nameOf(column.roll), view: 'now', contingent: null, day: null })}>
                    {column.roll.timeline}
                  </a>
                  <Mark roll={column.roll} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {MEASURES.map((measure) => (
              <tr key={measure.id}>
                <th scope="row">{measure.name}</th>
                {columns.map((column) => (
                  <td key={column.roll.timeline} class="number">
                    {estimate(measure.of(column.distribution))}
                    <br />
                    <small>{column !== record && difference(gap(measure, column))}</small>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

interface Columns {
  readonly columns: readonly TimelineColumn[] | null;
  readonly problem: string | null;
}

/** The distribution of each timeline of the war, the record's first; read again as they grow. */
function useColumns(roll: RollSummary, rolls: readonly RollSummary[]): Columns {
  const [known, setKnown] = useState<Columns>({ columns: null, problem: null });
  const rank = (one: RollSummary) => (one.base === null ? 0 : one.timeline === roll.timeline ? 1 : 2);
  const siblings = rolls
    .filter(({ theatre }) => theatre === roll.theatre)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
  const heads = siblings.map((one) => `${nameOf(one)} ${one.seq}`).join();

  useEffect(() => {
    const ending = new AbortController();
    const ask = async (one: RollSummary) => {
      const path = `/api/rolls/${nameOf(one)}?fields=distribution`;
      const distribution = await read<RollDistribution>(path, ending.signal);
      return { roll: { ...one, basis: distribution.basis }, distribution };
    };
    Promise.all(siblings.map(ask)).then(
      (columns) => setKnown({ columns, problem: null }),
      (error: unknown) => {
        if (!ending.signal.aborted) setKnown(({ columns }) => ({ columns, problem: messageOf(error) }));
      },
    );
    return () => ending.abort();
  }, [heads]);
  return known;
}

const levels = ({ low, best, high }: Estimate) => ({ low, best, high });

function Mark({ roll }: { readonly roll: RollSummary }) {
  const words = basisWords(roll);
  if (words === null) return null;
  return (
    <>
      <br />
      <span class="mark">{words.mark}</span>
    </>
  );
}
