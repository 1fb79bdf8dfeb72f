import { useEffect, useState } from 'preact/hooks';
import { ask, type Field, type Openness, type PayloadSchema, type WhatIf } from './api.ts';

interface Props {
  readonly path: string;
  readonly seq: number;
  readonly openness: readonly Openness[];
  readonly onAnswer: (answer: WhatIf | null) => void;
}

/** What the state takes, what it refuses and why; and a form that asks where an event would lead. */
export function OptionsView({ path, seq, openness, onAnswer }: Props) {
  const [type, setType] = useState('');
  const [schema, setSchema] = useState<PayloadSchema | null>(null);
  const [answer, setAnswer] = useState<WhatIf | null>(null);
  const types = [...new Set(openness.filter(({ isOpen }) => isOpen).map(({ event }) => event))].sort();
  const shut = openness.filter(({ event }) => !types.includes(event));

  useEffect(() => {
    setAnswer(null);
    onAnswer(null);
    if (type === '') setSchema(null);
    else void ask<PayloadSchema>(`/inspector/payloads/${type}`).then(setSchema);
  }, [type, seq, path, onAnswer]);

  const judge = async (form: HTMLFormElement) => {
    const data = payloadOf(schema, new FormData(form));
    const body = JSON.stringify({ type, data, seq });
    const headers = { 'content-type': 'application/json' };
    const found = await ask<WhatIf>(`/inspector/what-if/${path}`, { method: 'POST', headers, body });
    setAnswer(found);
    onAnswer(found);
  };

  return (
    <section aria-label="What if">
      <h2>What if</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void judge(event.currentTarget);
        }}
      >
        <label>
          Event
          <select name="type" value={type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">choose what the state allows</option>
            {types.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        {Object.entries(schema?.properties ?? {}).map(([name, field]) => (
          <FieldInput
            key={name}
            name={name}
            field={field}
            isRequired={schema?.required?.includes(name) === true}
          />
        ))}
        {schema !== null && <button type="submit">See where it leads</button>}
      </form>
      <p role="status" class={answer?.kind ?? ''}>
        {answer === null
          ? ''
          : answer.kind === 'accepted'
            ? `It would lead to ${answer.to ?? 'no other state'}. Nothing was logged.`
            : `It would be refused: ${answer.refusal?.message}`}
      </p>
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

function FieldInput({
  name,
  field,
  isRequired,
}: {
  readonly name: string;
  readonly field: Field;
  readonly isRequired: boolean;
}) {
  const hint = field.type === 'object' ? '{ "…": … }' : field.type === 'array' ? 'one, another' : '';
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: either branch is one
    <label>
      {name}
      {isRequired ? ' (required)' : ''}
      {field.enum !== undefined || field.type === 'boolean' ? (
        <select name={name} required={isRequired}>
          <option value="" />
          {(field.enum ?? ['true', 'false']).map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      ) : (
        <input name={name} required={isRequired} placeholder={hint} autocomplete="off" />
      )}
    </label>
  );
}

/** The payload that a form says; what is empty is left out. */
function payloadOf(schema: PayloadSchema | null, form: FormData): Record<string, unknown> {
  const entries = Object.entries(schema?.properties ?? {}).flatMap(([name, { type }]) => {
    const text = String(form.get(name) ?? '').trim();
    if (text === '') return [];
    if (type === 'array') return [[name, text.split(',').map((one) => one.trim())] as const];
    return [[name, type === 'string' ? text : jsonOr(text)] as const];
  });
  return Object.fromEntries(entries);
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
