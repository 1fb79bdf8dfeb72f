import { useEffect, useMemo } from 'preact/hooks';
import { hrefOf, replaceAddress, useAddress, VIEW_NAMES, VIEWS } from './address.ts';
import { nameOf, type RollSummary } from './api.ts';
import { type Live, useLive } from './live.ts';
import { useUnfolded } from './printing.ts';
import { useRolls } from './rolls.ts';
import { Stage } from './stage.tsx';
import { Waiting } from './waiting.tsx';
import { basisWords, number } from './wording.ts';

/** The whole page: which roll, which view, how the connection is. */
export function App() {
  const address = useAddress();
  const { rolls, problem } = useRolls();
  const listed =
    rolls?.find((one) => nameOf(one) === address.roll) ??
    (address.roll === null
      ? (rolls?.find(({ openedAs }) => openedAs === 'reported') ?? rolls?.[0])
      : undefined) ??
    null;
  const live = useLive(listed);
  // A what-if among the facts marks the roll when it comes, not when the list is read again.
  const { distribution } = live;
  const isItsOwn = listed !== null && distribution?.timeline === listed.timeline;
  const basis = isItsOwn ? distribution.basis : listed?.basis;
  const roll = useMemo(
    () => (listed === null || basis === undefined ? listed : { ...listed, basis }),
    [listed, basis],
  );
  const words = roll === null ? null : basisWords(roll);
  useUnfolded();

  useEffect(() => {
    if (roll !== null && address.roll === null) replaceAddress({ ...address, roll: nameOf(roll) });
  }, [roll, address]);
  useEffect(() => {
    const mark = words === null ? '' : `${words.mark}: `;
    document.title = roll === null ? 'Muster' : `${mark}${roll.title}, ${VIEW_NAMES[address.view]} · Muster`;
  }, [roll, words, address.view]);

  useEffect(() => {
    document.querySelector('.views [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [roll, address.view]);

  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the view
      </button>
      <header class="top">
        <p class="brand">Muster</p>
        <label class="picker">
          <span>Roll</span>{' '}
          <select
            id="roll"
            disabled={!rolls?.length}
            value={roll === null ? '' : nameOf(roll)}
            onChange={({ currentTarget }) => {
              const onward = { ...address, roll: currentTarget.value, contingent: null, beside: null };
              location.hash = hrefOf(onward);
            }}
          >
            {roll === null && <option value="">none</option>}
            <RollOptions rolls={rolls?.filter(isAnnounced) ?? []} />
            {rolls?.some((one) => !isAnnounced(one)) && (
              <optgroup label="Unannounced: published to, never opened">
                <RollOptions rolls={rolls.filter((one) => !isAnnounced(one))} />
              </optgroup>
            )}
          </select>
        </label>
        <a href="/model">The model</a>
        <Connection live={live} isThere={rolls !== null && problem === null} hasRoll={roll !== null} />
      </header>
      {words !== null && (
        <aside id="basis" class="basis" aria-label="Basis" data-basis={roll?.basis ?? 'unannounced'}>
          <strong>{words.mark}</strong> {words.meaning}
        </aside>
      )}
      {roll !== null && (
        <nav class="views" aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view}
              href={hrefOf({ roll: nameOf(roll), view, contingent: null, day: address.day })}
              aria-current={view === address.view ? 'page' : undefined}
            >
              {VIEW_NAMES[view]}
            </a>
          ))}
        </nav>
      )}
      <main id="main" tabIndex={-1}>
        {roll === null ? (
          <NoRoll wanted={address.roll} rolls={rolls} problem={problem} />
        ) : (
          <>
            <Title roll={roll} />
            <Stage key={nameOf(roll)} roll={roll} live={live} address={address} rolls={rolls ?? []} />
          </>
        )}
      </main>
      <footer>
        <a href="/api/rolls">Rolls as JSON</a>
        <a href="/openapi.json">OpenAPI</a>
        <a href="/asyncapi.json">AsyncAPI</a>
        <a href="/metrics">Metrics</a>
      </footer>
    </>
  );
}

const isAnnounced = ({ openedAs }: RollSummary) => openedAs !== null;

function RollOptions({ rolls }: { readonly rolls: readonly RollSummary[] }) {
  return (
    <>
      {rolls.map((one) => (
        <option key={nameOf(one)} value={nameOf(one)}>
          {nameOf(one)}
          {one.basis === 'hypothetical' ? ' (hypothetical)' : ''}
        </option>
      ))}
    </>
  );
}

function Title({ roll: { title, theatre, timeline, base } }: { readonly roll: RollSummary }) {
  return (
    <div class="title">
      <h1 id="title">{title}</h1>
      <p id="about">
        {theatre}, timeline {timeline}
        {base !== null && `, branches from ${base.timeline} after entry ${number(base.seq)}`}
      </p>
    </div>
  );
}

function Connection(props: { readonly live: Live; readonly isThere: boolean; readonly hasRoll: boolean }) {
  const { live, isThere, hasRoll } = props;
  const state = hasRoll ? live.connection : isThere ? 'live' : 'connecting';
  const words = {
    connecting: 'Connecting…',
    lost: 'Connection lost, resuming…',
    live: !hasRoll
      ? 'Connected'
      : live.turns !== null
        ? `Live by turns: ${live.turns} rolls are open in this browser`
        : live.resumedAfter === null
          ? 'Live'
          : `Live again, resumed after entry ${number(live.resumedAfter)}`,
  };
  return (
    <p id="connection" class="connection" data-state={state} role="status">
      {words[state]}
    </p>
  );
}

function NoRoll(props: {
  readonly wanted: string | null;
  readonly rolls: readonly RollSummary[] | null;
  readonly problem: string | null;
}) {
  const { wanted, rolls, problem } = props;
  if (rolls === null)
    return problem === null ? <Waiting what="Loading the rolls" /> : <p class="notice">{problem}</p>;
  if (rolls.length > 0) {
    return (
      <section id="missing" class="notice">
        <h1>There is no roll {wanted}</h1>
        <p>The address names a roll that this service does not have. Choose one:</p>
        <ul>
          {rolls.map((roll) => (
            <li key={nameOf(roll)}>
              <a href={hrefOf({ roll: nameOf(roll), view: 'now', contingent: null, day: null })}>
                {roll.title}
              </a>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  return (
    <section id="empty" class="notice">
      <h1>No roll yet</h1>
      <p>Send an event and its roll appears here:</p>
      <pre>
        <code>
          curl -H 'content-type: application/x-ndjson' --data-binary @events.jsonl \{'\n  '}
          {location.origin}/api/rolls/ukraine/record/events?open=true
        </code>
      </pre>
    </section>
  );
}
