import { useMemo, useState } from 'preact/hooks';
import type { FeedItem } from '../live.ts';
import { Source } from '../source.tsx';
import type { ViewProps } from '../view-props.ts';
import { VirtualList } from '../virtual-list.tsx';
import { day, estimate, number, phaseText, stateText } from '../wording.ts';

type Kind = 'all' | FeedItem['kind'];

const KINDS: Readonly<Record<Kind, string>> = {
  all: 'Transitions and refusals',
  transition: 'Transitions',
  refusal: 'Refusals',
};

const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

/** Moves shown of one event; a fact about the war may move every contingent. */
const MOVES_SHOWN = 3;

/** What happens, as it happens. */
export function Feed({ live }: ViewProps) {
  const [kind, setKind] = useState<Kind>('all');
  const [words, setWords] = useState('');
  const shown = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return live.feed.filter(
      (item) => (kind === 'all' || item.kind === kind) && (wanted === '' || textOf(item).includes(wanted)),
    );
  }, [live.feed, kind, words]);
  return (
    <section class="card" aria-labelledby="feed">
      <div class="heading">
        <h2 id="feed">What happens</h2>
        <div class="filters">
          <label>
            Show
            <select value={kind} onChange={({ currentTarget: { value } }) => isKind(value) && setKind(value)}>
              {Object.entries(KINDS).map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label>
            Only with the words
            <input
              type="search"
              value={words}
              onInput={({ currentTarget }) => setWords(currentTarget.value)}
            />
          </label>
        </div>
      </div>
      <p class="quiet" id="feed-state" role="status">
        {stateWords(live.connection, live.resumedAfter)} {number(shown.length)} of the latest{' '}
        {number(live.feed.length)} shown, the newest first.
      </p>
      {shown.length === 0 ? (
        <p class="notice">
          {live.feed.length === 0
            ? 'Nothing has happened on this roll yet. Send an event and it appears here.'
            : 'Nothing fits the filter. Take words away, or show transitions and refusals.'}
        </p>
      ) : (
        <VirtualList
          items={shown}
          keyOf={(item) => `${item.kind} ${item.seq}`}
          kindOf={({ kind }) => kind}
          render={(item) => <Item item={item} />}
          label="Transitions and refusals, the newest first"
          look="feed"
        />
      )}
    </section>
  );
}

function stateWords(connection: ViewProps['live']['connection'], resumedAfter: number | null): string {
  if (connection === 'lost')
    return 'The connection is lost; what happens meanwhile will follow when it is back.';
  if (connection === 'connecting') return 'Connecting…';
  if (resumedAfter !== null)
    return `Live. After a lost connection it went on after entry ${number(resumedAfter)}: nothing is left out.`;
  return 'Live.';
}

function Item({ item }: { readonly item: FeedItem }) {
  if (item.kind === 'refusal') {
    const { type, subject, code, message, seq } = item.refusal;
    return (
      <>
        <span class="refused">✗ refused</span>
        <span class="what">
          <b>{type ?? 'an entry without a type'}</b> {subject}
          <br />
          {code}: {message}
        </span>
        <span class="seq">#{seq}</span>
      </>
    );
  }
  const { event, moves, phase, seq } = item.transition;
  return (
    <>
      <time dateTime={event.time}>{day(event.time)}</time>
      <span class="what">
        <b>{event.type}</b> {moves.length === 0 && (phase === null ? 'moves nobody' : phaseText(phase))}
        {moves.slice(0, MOVES_SHOWN).map(({ contingent, from, to, strength }, place) => (
          <span key={`${contingent} ${place}`}>
            <br />
            {contingent}: {from === null ? '' : from === to ? 'stays ' : `${stateText(from)} → `}
            {stateText(to)}, {estimate(strength)}
          </span>
        ))}
        {moves.length > MOVES_SHOWN && (
          <>
            <br />
            and {number(moves.length - MOVES_SHOWN)} more
          </>
        )}
        <br />
        <Source event={event} />
      </span>
      <span class="seq">#{seq}</span>
    </>
  );
}

function textOf(item: FeedItem): string {
  if (item.kind === 'refusal') {
    const { type, subject, code, message } = item.refusal;
    return [type, subject, code, message].join(' ').toLowerCase();
  }
  const { event, moves } = item.transition;
  const names = moves.map(({ contingent, to }) => `${contingent} ${to}`);
  return [event.type, event.subject, event.reporter, event.basis, event.note, ...names]
    .join(' ')
    .toLowerCase();
}
