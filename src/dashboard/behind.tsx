import { useEffect, useState } from 'preact/hooks';
import { hrefOf } from './address.ts';
import { type ContingentItem, messageOf, type Page, read, type SourcedStep } from './api.ts';
import { HistoryList } from './history-list.tsx';
import { Source } from './source.tsx';
import { estimate, number, stateText } from './wording.ts';

const PAGE = 25;

export type Loss = 'killed' | 'missing' | 'wounded' | 'unaccounted';

interface Props {
  readonly roll: string;
  /** The query that finds the contingents: `pathway=deployed`. */
  readonly query: string;
  readonly loss?: Loss;
  readonly seq: number;
}

/** The contingents behind a number, each with the event and the source that made it so. */
export function Behind({ roll, query, loss, seq }: Props) {
  const [items, setItems] = useState<readonly ContingentItem[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const path = `/api/rolls/${roll}/contingents?limit=${PAGE}&${query}`;

  // `seq` asks the same path once more
  useEffect(() => {
    const ending = new AbortController();
    read<Page<ContingentItem, string>>(path, ending.signal).then(
      (page) => {
        setItems(page.items);
        setNext(page.next);
        setProblem(null);
      },
      (error: unknown) => !ending.signal.aborted && setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [path, seq]);

  const more = async () => {
    try {
      const page = await read<Page<ContingentItem, string>>(`${path}&after=${next}`);
      setItems((before) => [...(before ?? []), ...page.items]);
      setNext(page.next);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };

  if (problem !== null) return <p class="notice">{problem}</p>;
  if (items === null) return <p class="quiet">Loading the contingents…</p>;
  if (items.length === 0) return <p class="quiet">No contingent stands behind this number.</p>;
  return (
    <div class="behind">
      <ul>
        {items.map((item) => (
          <Row key={item.id} roll={roll} item={item} seq={seq} {...(loss !== undefined && { loss })} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" onClick={more}>
          More contingents
        </button>
      )}
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
