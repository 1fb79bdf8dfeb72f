import { useState } from 'preact/hooks';
import { hrefOf } from './address.ts';
import type { ContingentItem, SourcedStep } from './api.ts';
import { HistoryList } from './history-list.tsx';
import { More } from './more.tsx';
import { usePages } from './pages.ts';
import { Source } from './source.tsx';
import { Waiting } from './waiting.tsx';
import { estimate, number, stateText } from './wording.ts';

const PAGE = 25;

export type Loss = 'killed' | 'missing' | 'wounded' | 'unaccounted';

interface Props {
  readonly roll: string;
  /** The query that finds the contingents: `pathway=deployed`; empty for all. */
  readonly query: string;
  readonly loss?: Loss;
  readonly seq: number;
}

/** The contingents behind a number, each with the event and the source that made it so. */
export function Behind({ roll, query, loss, seq }: Props) {
  const path = `/api/rolls/${roll}/contingents?limit=${PAGE}${query && `&${query}`}`;
  const { items, more, problem } = usePages<ContingentItem>(path, seq);
  if (problem !== null) return <p class="notice">{problem}</p>;
  if (items === null) return <Waiting what="Loading the contingents" look="quiet" />;
  if (items.length === 0) return <p class="quiet">No contingent stands behind this number.</p>;
  return (
    <div class="behind">
      <ul>
        {items.map((item) => (
          <Row key={item.id} roll={roll} item={item} seq={seq} {...(loss !== undefined && { loss })} />
        ))}
      </ul>
      {more !== null && <More label="More contingents" load={more} />}
    </div>
  );
}

interface RowProps {
  readonly roll: string;
  readonly item: ContingentItem;
  readonly loss?: Loss;
  readonly seq: number;
}

function Row({ roll, item, loss, seq }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <p>
        <a href={hrefOf({ roll, view: 'contingents', contingent: item.id, day: null })}>{item.id}</a>{' '}
        <span class="state">{stateText(item.state)}</span>
      </p>
      <p>
        <b>{loss === undefined ? estimate(item.strength) : `${number(item[loss])} ${loss}`}</b>
        {loss === undefined && item.strengthFrom !== null && (
          <>
            : <Source event={item.strengthFrom.event} />
          </>
        )}
      </p>
      <button
        type="button"
        class="small"
        aria-expanded={isOpen}
        aria-label={`Events of ${item.id}`}
        onClick={() => setOpen(!isOpen)}
      >
        Events
      </button>
      {isOpen && (
        <HistoryList
          roll={roll}
          contingent={item.id}
          seq={seq}
          {...(loss !== undefined && { wanted: wantedFor(loss) })}
        />
      )}
    </li>
  );
}

function wantedFor(loss: Loss): (step: SourcedStep) => boolean {
  const type = loss === 'unaccounted' ? 'strength.reassessed' : 'casualty.recorded';
  return ({ event }) => event.type === type;
}
