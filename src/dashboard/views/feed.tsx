import { useMemo, useState } from 'preact/hooks';
import { hrefOf } from '../address.ts';
import { nameOf } from '../api.ts';
import { Export } from '../export.tsx';
import { chosen, EVERYTHING, FeedFilters, filterText } from '../feed-filter.tsx';
import type { FeedItem } from '../roll-stream.ts';
import { Source } from '../source.tsx';
import type { ViewProps } from '../view-props.ts';
import { VirtualList } from '../virtual-list.tsx';
import { day, estimate, number, phaseText, rating, stateText } from '../wording.ts';

/** Moves shown of one event; a fact about the war may move every contingent. */
const MOVES_SHOWN = 3;

/** What happens, as it happens. */
export function Feed({ roll, live }: ViewProps) {
  const [filter, setFilter] = useState(EVERYTHING);
  const shown = useMemo(() => chosen(live.feed, filter), [live.feed, filter]);
  const words = filterText(filter);
  const wanted = words === undefined ? '' : `; only ${words}`;
  const name = nameOf(roll);
  return (
    <section class="card" aria-labelledby="feed">
      <div class="heading">
        <h2 id="feed">What happens</h2>
        {live.distribution !== null && (
          <Export
            roll={roll}
            distribution={live.distribution}
            what="Feed"
            rows={async () => ({
              rows: shown.map(rowOf),
              selection: `${number(shown.length)} of the latest ${number(live.feed.length)} transitions and refusals${wanted}`,
            })}
          />
        )}
      </div>
      <FeedFilters feed={live.feed} filter={filter} choose={setFilter} />
      <p class="quiet" id="feed-state" role="status">
        {stateWords(live.connection, live.resumedAfter)} {number(shown.length)} of the latest{' '}
        {number(live.feed.length)} shown, the newest first.
        {live.since > 0 && ` The feed begins after entry ${number(live.since)}.`}
      </p>
      {shown.length === 0 ? (
        <p class="notice">
          {live.feed.length === 0
            ? `Nothing has happened on this roll ${live.since > 0 ? 'since this page was opened' : 'yet'}. Send an event and it appears here.`
            : 'Nothing fits the filter. Take something of it away.'}
        </p>
      ) : (
        <VirtualList
          items={shown}
          keyOf={(item) => `${item.kind} ${item.seq}`}
          kindOf={({ kind }) => kind}
          render={(item) => <Item roll={name} item={item} />}
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

function Item({ roll, item }: { readonly roll: string; readonly item: FeedItem }) {
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
            <a href={hrefOf({ roll, view: 'contingents', contingent, day: null })}>{contingent}</a>:{' '}
            {from === null ? '' : from === to ? 'stays ' : `${stateText(from)} → `}
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

/** An item as a line of data; what it moved is one text, since a fact about the war may move many. */
function rowOf(item: FeedItem) {
  if (item.kind === 'refusal') {
    const { seq, type, subject, code, message } = item.refusal;
    return { seq, kind: item.kind, type, subject, code, message };
  }
  const { seq, event, moves, phase } = item.transition;
  return {
    seq,
    kind: item.kind,
    type: event.type,
    subject: event.subject,
    time: event.time,
    observedtime: event.observedtime,
    said: event.basis,
    reporter: event.reporter,
    rating: rating(event),
    claim: event.claim,
    phase: phase === null ? null : phaseText(phase),
    moves: moves
      .map(
        ({ contingent, from, to, strength: { low, best, high } }) =>
          `${contingent}: ${from ?? ''} > ${to}, ${best} (${low}-${high})`,
      )
      .join('; '),
    note: event.note,
  };
}
