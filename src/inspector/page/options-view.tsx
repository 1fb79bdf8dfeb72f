import { useEffect, useState } from 'preact/hooks';
import type { ChartDocument, Openness, WhatIf } from '../documents.ts';
import { ask, type Schema } from './api.ts';
import { payloadOf } from './payload.ts';
import { PayloadFields } from './payload-fields.tsx';

interface Props {
  /** `theatre/timeline/subject` */
  readonly path: string;
  /** After which entry of the log; null for now. */
  readonly seq: number | null;
  readonly chart: ChartDocument;
  readonly openness: readonly Openness[];
  readonly answer: WhatIf | null;
  readonly onAnswer: (answer: WhatIf | null) => void;
}

/** What the state takes, what it refuses and why; and a form that asks where an event would lead. */
export function OptionsView({ path, seq, chart, openness, answer, onAnswer }: Props) {
  const [type, setType] = useState('');
  const [schema, setSchema] = useState<Schema | null>(null);
  const open = openness.filter(({ isOpen }) => isOpen);
  const types = [...new Set(open.map(({ event }) => event))].sort();
  const shut = openness.filter(({ event }) => !types.includes(event));
  const chosen = types.includes(type) ? type : '';

  useEffect(() => {
    onAnswer(null);
    setSchema(null);
    if (chosen === '') return;
    let isOver = false;
    void ask<Schema>(`/inspector/payloads/${chosen}`).then((found) => {
      if (!isOver) setSchema(found);
    });
    return () => {
      isOver = true;
    };
  }, [chosen, seq, path, onAnswer]);

  const judge = async (form: HTMLFormElement) => {
    if (schema === null) return;
    const data = payloadOf(schema, new FormData(form));
    const body = JSON.stringify({ type: chosen, data, ...(seq !== null && { seq }) });
    const headers = { 'content-type': 'application/json' };
    onAnswer(await ask<WhatIf>(`/inspector/what-if/${path}`, { method: 'POST', headers, body }));
  };

  return (
    <section aria-label="What if">
      <h2>What if</h2>
      <p class="soft">
        {seq === null ? 'As things stand now' : `After entry #${seq}`}; nothing of it is logged.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void judge(event.currentTarget);
        }}
      >
        <label>
          Event
          <select name="type" value={chosen} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">choose what the state allows</option>
            {types.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        {schema !== null && (
          <>
            <p class="soft">{schema.title}</p>
            <PayloadFields key={chosen} schema={schema} />
            <button type="submit">See where it leads</button>
          </>
        )}
      </form>
      <div role="status" class={answer?.kind ?? ''}>
        {answer !== null && <Answer answer={answer} />}
      </div>
      <h3>Possible here</h3>
      <ul>
        {open.map(({ id, event, dependsOn }) => (
          <li key={id}>
            {event} → {chart.transitions.find((one) => one.id === id)?.target ?? 'stays'}
            {dependsOn.length > 0 && <span class="soft"> if {dependsOn.join(', ')}</span>}
          </li>
        ))}
        {open.length === 0 && <li class="soft">Nothing: it is over.</li>}
      </ul>
      {shut.length > 0 && <h3>Refused here</h3>}
      <ul>
        {shut.map(({ id, event, refusedBy }) => (
          <li key={id}>
            {event} <span class="soft">by {refusedBy.join(', ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ answer }: { readonly answer: WhatIf }) {
  if (answer.kind === 'refused') {
    const { code, message } = answer.refusal;
    return (
      <p>
        It would be refused ({code}): {message}
      </p>
    );
  }
  const { subject, to, moves } = answer;
  return (
    <>
      <p>
        <b class="hypothetical">HYPOTHETICAL</b> It would lead {subject} to <b>{to}</b>. Nothing was logged.
      </p>
      {moves.length > 1 && (
        <ul>
          {moves.map((move, index) => (
            <li key={index}>
              {move.contingent}, {move.strength.best.toLocaleString('en')}: {move.from ?? '(new)'} → {move.to}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
