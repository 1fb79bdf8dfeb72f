import type { Reference } from '../../../events/reference/reference.ts';
import { replaceAddress } from '../address.ts';
import { nameOf, type RollSummary, useAnswer } from '../api.ts';
import { EXPORT_ROOM, Export } from '../export.tsx';
import type { ViewProps } from '../view-props.ts';
import { Waiting } from '../waiting.tsx';
import { basisWords, number } from '../wording.ts';
import { drawCard } from './card-drawing.ts';
import { cardRows, sideBySide, type TimelineCard } from './card-lines.ts';
import { CardTable } from './card-table.tsx';
import { MomentPicker } from './moment.tsx';
import { momentText } from './report-path.ts';
import { useCards } from './use-cards.ts';

/** More lines than this are set smaller, so that the card stays one page. */
const ROOMY = 16;

/** The income that the card holds pay against, by its id in the reference data. */
const BUILDERS = 'construction';

/** The page that a briefing is made from: each pathway's consequences, the timelines side by side. */
export function CardPage({ roll, rolls, address }: ViewProps) {
  const siblings = rolls.filter(({ theatre }) => theatre === roll.theatre);
  const chosen = chosenOf(siblings, roll, address.beside);
  const { cards, problem } = useCards(chosen, address);
  const reference = useAnswer<Reference>('/api/reference');
  if (problem !== null) return <p class="notice">{problem}</p>;
  const own = cards?.find((card) => nameOf(card.roll) === nameOf(roll));
  if (cards === null || own === undefined) return <Waiting what="Making the card" />;
  const table = sideBySide(cards);
  const lines = table.groups.reduce((sum, group) => sum + group.lines.length, 0);
  const moment = momentText(own.report, address);
  return (
    <section
      id="briefing"
      class="card"
      aria-labelledby="report"
      data-density={lines > ROOMY ? 'dense' : 'roomy'}
    >
      <div class="heading">
        <h2 id="report">{own.report.question}</h2>
        <MomentPicker address={address} footprintDays={null} />
        <div class="tools">
          <button type="button" onClick={() => print()}>
            Print or PDF
          </button>
          <Export
            roll={roll}
            distribution={{
              time: own.report.until,
              seq: own.report.seq,
              machineVersion: own.report.machineVersion,
            }}
            what={own.report.title}
            covers={cards.map((card) => card.roll)}
            selection={moment}
            rows={cardRows(cards)}
            draw={(paper) => drawCard(table, paper, EXPORT_ROOM)}
          />
        </div>
      </div>
      <Chooser
        siblings={siblings}
        chosen={chosen}
        choose={(beside) => replaceAddress({ ...address, beside })}
      />
      <CardTable table={table} />
      <Sources
        cards={cards}
        moment={moment}
        reference={reference.state === 'there' ? reference.value : null}
      />
    </section>
  );
}

/** The timelines to show, the record's first: those asked for, or the record and the one that is open. */
function chosenOf(
  siblings: readonly RollSummary[],
  roll: RollSummary,
  beside: readonly string[] | null,
): readonly RollSummary[] {
  const isWanted = (one: RollSummary) =>
    one.timeline === roll.timeline || (beside === null ? one.base === null : beside.includes(one.timeline));
  return siblings.filter(isWanted).toSorted((a, b) => Number(a.base !== null) - Number(b.base !== null));
}

interface ChooserProps {
  readonly siblings: readonly RollSummary[];
  readonly chosen: readonly RollSummary[];
  readonly choose: (timelines: readonly string[]) => void;
}

function Chooser({ siblings, chosen, choose }: ChooserProps) {
  if (siblings.length < 2) return null;
  const names = chosen.map(({ timeline }) => timeline);
  return (
    <fieldset class="beside">
      <legend>Side by side</legend>
      {siblings.map(({ timeline, basis }) => (
        <label key={timeline}>
          <input
            type="checkbox"
            checked={names.includes(timeline)}
            onChange={({ currentTarget: { checked } }) =>
              choose(checked ? [...names, timeline] : names.filter((name) => name !== timeline))
            }
          />{' '}
          {timeline}
          {basis === 'hypothetical' && ' (what-if)'}
        </label>
      ))}
    </fieldset>
  );
}

interface SourcesProps {
  readonly cards: readonly TimelineCard[];
  readonly moment: string;
  readonly reference: Reference | null;
}

/** Where the card is from, as of when, and decided by which machine. */
function Sources({ cards, moment, reference }: SourcesProps) {
  const [first] = cards;
  return (
    <div class="quiet sources">
      <p>
        <b>Sources:</b> the sourced events of{' '}
        {cards
          .map(({ roll, report }) => {
            const mark = basisWords(roll)?.mark;
            return `${nameOf(roll)}${mark === undefined ? '' : ` (${mark})`}, entry ${number(report.seq)}`;
          })
          .join('; ')}
        . {reference !== null && buildersPay(reference)}
        {moment}. Machine {first?.report.machineVersion}.
      </p>
      <p>
        Bold on a tint: not as in the first line of the pathway; ± in italics: so many heads more or fewer
        than there. {first?.report.tables[0]?.about}
      </p>
    </div>
  );
}

function buildersPay({ benchmarks, sources }: Reference): string {
  const figures = benchmarks.streams.find(({ id }) => id === BUILDERS)?.figures ?? [];
  const cited = new Set(
    figures
      .filter(({ measure }) => measure === 'paid')
      .flatMap(({ citations }) => citations.map(({ source }) => source)),
  );
  const titles = [...cited].flatMap((id) => {
    const source = sources[id];
    return source === undefined ? [] : [`${source.publisher} (${source.published})`];
  });
  return titles.length === 0 ? '' : `A builder’s pay: ${titles.join('; ')}. `;
}
