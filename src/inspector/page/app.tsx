import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ChartDocument, HistoryDocument, MachineName, WhatIf } from '../documents.ts';
import { ask, type RollItem } from './api.ts';
import { ChartView } from './chart-view.tsx';
import { MomentView } from './moment-view.tsx';
import { OptionsView } from './options-view.tsx';
import { Player } from './player.tsx';
import { useHistory } from './use-history.ts';

type Charts = Readonly<Partial<Record<MachineName, ChartDocument>>>;

const asked = new URLSearchParams(location.search);
const askedPlace = asked.get('at');

/**
 * The inspector: a machine, its history under a slider, and what could come next. Its address says what it shows:
 * `?roll=theatre/timeline`, `&subject=` (else the whole roll, event by event), `&at=` (from 0, else live), or `&event=`
 * to go to an event by its id.
 */
export function App() {
  const [rolls, setRolls] = useState<readonly RollItem[] | null>(null);
  const [contingents, setContingents] = useState<readonly string[]>([]);
  const [roll, setRoll] = useState('');
  const [subject, setSubject] = useState(asked.get('subject'));
  const [place, setPlace] = useState(/^\d{1,15}$/.test(askedPlace ?? '') ? Number(askedPlace) : null);
  const [charts, setCharts] = useState<Charts>({});
  const [answer, setAnswer] = useState<WhatIf | null>(null);
  const [event, setEvent] = useState(asked.get('event'));
  const { history, isLive } = useHistory(roll, subject, place, event);

  useEffect(() => {
    void ask<{ items: RollItem[] }>('/api/rolls').then(({ items }) => {
      const names = items.map(nameOf);
      setRolls(items);
      setRoll(
        asked.get('roll') === null
          ? (names[0] ?? '')
          : (names.find((name) => name === asked.get('roll')) ?? ''),
      );
    });
    for (const name of ['contingent', 'theatre'] as const) {
      void ask<ChartDocument>(`/inspector/charts/${name}`).then((chart) =>
        setCharts((known) => ({ ...known, [name]: chart })),
      );
    }
  }, []);
  const length = history?.seq;
  useEffect(() => {
    if (roll === '') return;
    void ask<{ contingents: { id: string }[] }>(`/api/rolls/${roll}`).then((document) =>
      setContingents(document.contingents.map(({ id }) => id)),
    );
  }, [roll, length]);
  useEffect(() => {
    if (roll === '') return;
    const query = new URLSearchParams({ roll });
    if (subject !== null) query.set('subject', subject);
    if (event !== null) query.set('event', event);
    else if (place !== null) query.set('at', String(place));
    window.history.replaceState(null, '', `?${query}`);
  }, [roll, subject, place, event]);
  const found = history?.moments.findIndex(({ step }) => step?.event.id === event) ?? -1;
  const first = history?.first ?? 0;
  useEffect(() => {
    if (event === null || found < 0) return;
    setEvent(null);
    setPlace(first + found);
  }, [event, found, first]);

  const total = history?.total ?? 0;
  const last = total - 1;
  const at = place === null ? last : Math.min(place, last);
  const go = useCallback(
    (to: number) => {
      setEvent(null);
      setPlace(to >= last ? null : Math.max(0, to));
    },
    [last],
  );
  const moment = event === null ? history?.moments[at - history.first] : undefined;
  const chart = moment === undefined ? undefined : charts[moment.machine];
  const followed =
    answer?.kind === 'accepted' && sameMachine(answer.subject, moment?.subject) ? answer : null;
  const isHypothetical = rolls?.some((one) => nameOf(one) === roll && one.basis === 'hypothetical');
  const show = (nextRoll: string, nextSubject: string | null) => {
    setPlace(null);
    setEvent(null);
    setAnswer(null);
    setRoll(nextRoll);
    setSubject(nextSubject);
  };
  return (
    <>
      <header>
        <h1>Inspector</h1>
        <a href="/model">The model</a>
        <label>
          Roll
          <select value={roll} onChange={(event) => show(event.currentTarget.value, subject)}>
            {rolls?.map((one) => (
              <option key={nameOf(one)}>{nameOf(one)}</option>
            ))}
          </select>
        </label>
        <label>
          Machine
          <select
            value={subject ?? ''}
            onChange={(event) =>
              show(roll, event.currentTarget.value === '' ? null : event.currentTarget.value)
            }
          >
            <option value="">all, event by event</option>
            <option value="theatre">the theatre</option>
            {[...new Set([...contingents, ...(subject === null ? [] : [subject])])]
              .filter((id) => id !== 'theatre')
              .map((id) => (
                <option key={id}>{id}</option>
              ))}
          </select>
        </label>
        {(isHypothetical || answer?.kind === 'accepted') && (
          <strong class="hypothetical">HYPOTHETICAL</strong>
        )}
        <span role="status" id="live">
          {!isLive ? 'Connecting' : place === null ? 'Live' : 'In the past'}
        </span>
      </header>
      <main>
        {chart !== undefined && moment !== undefined ? (
          <>
            <ChartView
              chart={chart}
              state={followed?.to ?? moment.state}
              taken={followed === null ? (moment.step?.taken ?? null) : followed.taken}
              isRefused={moment.refusal !== null && followed === null}
              openness={moment.openness}
            />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
            <aside aria-label="Details" tabIndex={0}>
              <MomentView moment={moment} />
              <OptionsView
                path={`${roll}/${moment.subject}`}
                seq={at === last ? null : moment.seq}
                chart={chart}
                openness={moment.openness}
                answer={answer}
                onAnswer={setAnswer}
              />
            </aside>
          </>
        ) : (
          <p class="empty">{emptiness({ rolls, roll, event, history })}</p>
        )}
      </main>
      <Player at={at} total={total} go={go} />
    </>
  );
}

function nameOf({ theatre, timeline }: RollItem): string {
  return `${theatre}/${timeline}`;
}

function sameMachine(one: string, other: string | undefined): boolean {
  return (one === 'theatre') === (other === 'theatre');
}

function emptiness(shown: {
  readonly rolls: readonly RollItem[] | null;
  readonly roll: string;
  readonly event: string | null;
  readonly history: HistoryDocument | null;
}): string {
  const { rolls, roll, event, history } = shown;
  if (rolls === null) return 'Loading';
  if (rolls.length === 0) return 'There is no roll yet.';
  if (roll === '') return `There is no roll ${asked.get('roll')} here. Choose another.`;
  if (history === null) return 'Nothing has happened to it yet.';
  if (event !== null) return `There is no event ${event} in what happened on ${roll}.`;
  return history.total > 0 ? 'Loading' : 'Nothing has happened to it yet.';
}
