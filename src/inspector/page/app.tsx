import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, type Chart, type History, type RollItem, type WhatIf } from './api.ts';
import { ChartView } from './chart-view.tsx';
import { MomentView } from './moment-view.tsx';
import { OptionsView } from './options-view.tsx';

const SPEEDS = [1, 2, 5] as const;

/** The inspector: a machine, its history under a slider, and what could come next. */
export function App() {
  const [rolls, setRolls] = useState<readonly RollItem[]>([]);
  const [contingents, setContingents] = useState<readonly string[]>([]);
  const [roll, setRoll] = useState('');
  const [subject, setSubject] = useState('');
  const [chart, setChart] = useState<Chart | null>(null);
  const [history, setHistory] = useState<History | null>(null);
  const [place, setPlace] = useState<number | null>(null);
  const [isLive, setLive] = useState(false);
  const [speed, setSpeed] = useState<number | null>(null);
  const [answer, setAnswer] = useState<WhatIf | null>(null);
  const path = `${roll}/${subject}`;

  useEffect(() => {
    void ask<{ items: RollItem[] }>('/api/rolls').then(({ items }) => {
      setRolls(items);
      const asked = new URLSearchParams(location.search);
      const names = items.map(({ theatre, timeline }) => `${theatre}/${timeline}`);
      setRoll(names.find((name) => name === asked.get('roll')) ?? names[0] ?? '');
      setSubject(asked.get('subject') ?? '');
      if (asked.has('play')) setPlace(0);
    });
  }, []);
  useEffect(() => {
    if (roll === '') return;
    void ask<{ contingents: { id: string }[] }>(`/api/rolls/${roll}`).then((document) => {
      const ids = document.contingents.map(({ id }) => id);
      setContingents(ids);
      setSubject((now) => (now === 'theatre' || ids.includes(now) ? now : (ids[0] ?? 'theatre')));
    });
  }, [roll]);
  useEffect(() => {
    if (roll === '' || subject === '') return;
    window.history.replaceState(null, '', `?${new URLSearchParams({ roll, subject })}`);
    const read = () =>
      void ask<History>(`/inspector/history/${path}`).then(setHistory, () => setHistory(null));
    let isOver = false;
    let socket: WebSocket;
    let retry = 0;
    const connect = () => {
      const watch = `${roll.replace('/', '.')}/${subject}`;
      socket = new WebSocket(`${location.origin.replace('http', 'ws')}/inspector/ws?watch=${watch}`);
      socket.onopen = () => socket.send('{"type":"xstate.inspecting"}');
      socket.onmessage = ({ data }) => {
        const { type } = JSON.parse(data);
        if (type === 'service.register') setLive(true);
        if (type === 'service.register' || type === 'service.state') read();
      };
      socket.onclose = () => {
        setLive(false);
        if (!isOver) retry = window.setTimeout(connect, 1_000);
      };
    };
    connect();
    return () => {
      isOver = true;
      window.clearTimeout(retry);
      socket.close();
    };
  }, [roll, subject, path]);
  const machine = history?.machine;
  useEffect(() => {
    if (machine !== undefined) void ask<Chart>(`/inspector/charts/${machine}`).then(setChart);
  }, [machine]);
  const last = (history?.moments.length ?? 0) - 1;
  const at = place === null ? last : Math.min(place, last);
  const go = useCallback((to: number) => setPlace(to >= last ? null : Math.max(0, to)), [last]);
  useEffect(() => {
    if (speed === null) return;
    if (at >= last) {
      setSpeed(null);
      return;
    }
    const timer = window.setTimeout(() => go(at + 1), 1_000 / speed);
    return () => window.clearTimeout(timer);
  }, [speed, at, last, go]);

  const moment = history?.moments[at];
  const isHypothetical = rolls.some(
    (one) => `${one.theatre}/${one.timeline}` === roll && one.basis === 'hypothetical',
  );
  return (
    <>
      <header>
        <h1>Inspector</h1>
        <label>
          Roll
          <select
            value={roll}
            onChange={(event) => {
              setPlace(null);
              setRoll(event.currentTarget.value);
            }}
          >
            {rolls.map(({ theatre, timeline }) => (
              <option key={timeline}>{`${theatre}/${timeline}`}</option>
            ))}
          </select>
        </label>
        <label>
          Machine
          <select
            value={subject}
            onChange={(event) => {
              setPlace(null);
              setSubject(event.currentTarget.value);
            }}
          >
            <option value="theatre">the theatre</option>
            {contingents.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        {isHypothetical && <strong class="hypothetical">HYPOTHETICAL</strong>}
        <span role="status" id="live">
          {!isLive ? 'Connecting' : place === null ? 'Live' : 'In the past'}
        </span>
      </header>
      <main>
        {chart !== null && moment !== undefined && (
          <ChartView
            chart={chart}
            state={answer?.to ?? moment.state}
            taken={answer === null ? (moment.step?.taken ?? null) : (answer.taken ?? null)}
            isRefused={moment.refusal !== null}
            openness={moment.openness}
          />
        )}
        {moment === undefined ? (
          <p class="empty">
            {rolls.length === 0 ? 'There is no roll yet.' : 'Nothing has happened to it yet.'}
          </p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
          <aside aria-label="Details" tabIndex={0}>
            <MomentView moment={moment} />
            <OptionsView path={path} seq={moment.seq} openness={moment.openness} onAnswer={setAnswer} />
          </aside>
        )}
      </main>
      <footer>
        <button type="button" onClick={() => go(at - 1)} disabled={at <= 0}>
          Back
        </button>
        <button type="button" onClick={() => go(at + 1)} disabled={at >= last}>
          Next
        </button>
        <button type="button" onClick={() => setSpeed(speed === null ? 1 : null)} disabled={at >= last}>
          {speed === null ? 'Run' : 'Pause'}
        </button>
        {speed !== null && (
          <label>
            Speed
            <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
              {SPEEDS.map((one) => (
                <option key={one} value={one}>{`${one} a second`}</option>
              ))}
            </select>
          </label>
        )}
        <input
          type="range"
          aria-label="Place in its history"
          min={0}
          max={Math.max(last, 0)}
          value={at}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <output>
          {at + 1} of {last + 1}
        </output>
      </footer>
    </>
  );
}
