import { useEffect, useState } from 'preact/hooks';
import type { DistributionDocument } from '../../readmodels/roll-document.ts';
import { hrefOf } from '../address.ts';
import { messageOf, nameOf, type RollSummary, read } from '../api.ts';
import { Export } from '../export.tsx';
import { PATHWAY_NAMES, PATHWAYS } from '../pathways.ts';
import type { ViewProps } from '../view-props.ts';
import { basisWords, difference, estimate, number } from '../wording.ts';

/** A comparison of more is read by nobody. */
const MOST = 12;

interface Column {
  readonly roll: RollSummary;
  readonly distribution: DistributionDocument;
}

/** The record and the what-ifs of one war side by side. */
export function Timelines({ roll, rolls, live }: ViewProps) {
  const [columns, setColumns] = useState<readonly Column[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const siblings = rolls
    .filter(({ theatre }) => theatre === roll.theatre)
    .toSorted((a, b) => Number(a.base !== null) - Number(b.base !== null))
    .slice(0, MOST);
  const heads = siblings.map((one) => `${nameOf(one)} ${one.seq}`).join();

  useEffect(() => {
    const ending = new AbortController();
    const ask = async (one: RollSummary) => {
      const path = `/api/rolls/${nameOf(one)}?fields=distribution`;
      return { roll: one, distribution: await read<DistributionDocument>(path, ending.signal) };
    };
    Promise.all(siblings.map(ask)).then(setColumns, (error: unknown) => {
      if (!ending.signal.aborted) setProblem(messageOf(error));
    });
    return () => ending.abort();
  }, [heads]);

  if (problem !== null) return <p class="notice">{problem}</p>;
  const [record] = columns ?? [];
  if (columns === null || record === undefined || live.distribution === null) {
    return <p class="notice">Reading the timelines…</p>;
  }
  const rows = columns.flatMap(({ roll: { timeline, basis }, distribution: { pathways } }) =>
    PATHWAYS.map((pathway) => ({
      timeline,
      basis,
      pathway,
      low: pathways[pathway].low,
      best: pathways[pathway].best,
      high: pathways[pathway].high,
      difference: pathways[pathway].best - record.distribution.pathways[pathway].best,
    })),
  );
  return (
    <section class="card" aria-labelledby="timelines">
      <div class="heading">
        <h2 id="timelines">Timelines side by side</h2>
        <Export roll={roll} distribution={live.distribution} what="Timelines" rows={rows} />
      </div>
      <p class="quiet">
        Below each number, how it differs from {record.roll.timeline}. Columns marked HYPOTHETICAL are
        what-ifs: from where they leave their base, nothing in them has happened.
        {columns.length === 1 &&
          ' There is no what-if of this war yet: play a script that extends the record.'}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="The timelines">
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
            {PATHWAYS.map((pathway) => (
              <tr key={pathway}>
                <th scope="row">{PATHWAY_NAMES[pathway]}</th>
                {columns.map(({ roll: { timeline }, distribution: { pathways } }) => (
                  <td key={timeline} class="number">
                    {estimate(pathways[pathway])}
                    <br />
                    <small>
                      {timeline === record.roll.timeline
                        ? ''
                        : difference(pathways[pathway].best - record.distribution.pathways[pathway].best)}
                    </small>
                  </td>
                ))}
              </tr>
            ))}
            {(['killed', 'missing', 'wounded'] as const).map((loss) => (
              <tr key={loss}>
                <th scope="row">{loss}</th>
                {columns.map(({ roll: { timeline }, distribution: { losses } }) => (
                  <td key={timeline} class="number">
                    {number(losses[loss])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

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
