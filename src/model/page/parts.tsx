import type { ModelDocument, NamedPlace } from '../model-document.ts';
import type { FieldPart, MachineName } from '../parts.ts';
import { anchorOf, statementAnchor } from './anchors.ts';
import type { RollItem } from './read.ts';

interface Props {
  readonly model: ModelDocument;
}

const MACHINES: readonly (readonly [MachineName, string])[] = [
  ['contingent', 'Of a contingent'],
  ['theatre', 'Of the war'],
];

/** The states of both machines, each with its pathway. */
export function States({ model }: Props) {
  return MACHINES.map(([machine, title]) => (
    <section key={machine} aria-label={title}>
      <h3>{title}</h3>
      <dl class="parts">
        {model.states
          .filter((state) => state.machine === machine)
          .map(({ name, pathway, description }) => (
            <div key={name} id={anchorOf({ kind: 'state', name })}>
              <dt>{name}</dt>
              <dd>
                {description ?? 'A state'}
                {pathway !== null && <>; pathway {pathway}</>}
                <NamedBy model={model} place={{ kind: 'state', name }} />
              </dd>
            </div>
          ))}
      </dl>
    </section>
  ));
}

/** The guards, each with the transitions that it guards. */
export function Guards({ model }: Props) {
  return (
    <dl class="parts">
      {model.guards.map(({ name, machine, transitions }) => (
        <div key={name} id={anchorOf({ kind: 'guard', name })}>
          <dt>{name}</dt>
          <dd>
            <p>Of the {machine}. It guards:</p>
            <ul class="lines">
              {transitions.map(({ from, event, to }) => (
                <li key={`${from} ${event} ${to}`}>
                  {event}: {from === '' ? 'anywhere' : from} → {to ?? 'the same state'}
                </li>
              ))}
            </ul>
            <NamedBy model={model} place={{ kind: 'guard', name }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The types of the catalogue with the fields of their payloads, and what every event carries. */
export function Types({ model }: Props) {
  return (
    <>
      <p>A field in bold is required.</p>
      <div class="types">
        {model.types.map(({ type, summary, fields }) => (
          <article key={type} id={anchorOf({ kind: 'event', name: type })}>
            <h3>{type}</h3>
            <p>{summary}</p>
            <NamedBy model={model} place={{ kind: 'event', name: type }} />
            {fields.length > 0 && (
              <ul class="fields">
                {fields.map((field) => (
                  <Field key={field.name} model={model} type={type} field={field} />
                ))}
              </ul>
            )}
          </article>
        ))}
      </div>
    </>
  );
}

function Field({ model, type, field }: Props & { readonly type: string; readonly field: FieldPart }) {
  const { name, isRequired, values } = field;
  const place = { kind: 'field', name: `${type}/${name}` } as const;
  return (
    <li id={anchorOf(place)}>
      {isRequired ? <b>{name}</b> : name}
      {values.length > 0 && <span class="quiet">: {values.join(', ')}</span>}
      <NamedBy model={model} place={place} />
    </li>
  );
}

/** The reports, each with where it can be read. */
export function Reports({ model, rolls }: Props & { readonly rolls: readonly RollItem[] }) {
  return (
    <dl class="parts">
      {model.reports.map(({ name, title, question }) => (
        <div key={name} id={anchorOf({ kind: 'report', name })}>
          <dt>{title}</dt>
          <dd>
            <p>{question}</p>
            {rolls.length > 0 && (
              <ul class="places" aria-label={`${title} of a roll`}>
                {rolls.map(({ theatre, timeline, basis }) => (
                  <li key={`${theatre}/${timeline}`}>
                    <a href={`/#/${theatre}/${timeline}/consequences/${name}`}>
                      {theatre}/{timeline}
                      {basis === 'hypothetical' && ' (hypothetical)'}
                    </a>
                  </li>
                ))}
              </ul>
            )}
            <NamedBy model={model} place={{ kind: 'report', name }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The statements that have their place here. */
export function NamedBy({ model, place }: Props & { readonly place: NamedPlace }) {
  const anchor = anchorOf(place);
  const ids = model.statements
    .filter(({ places }) => places.some((one) => anchorOf(one) === anchor))
    .map(({ id }) => id);
  if (ids.length === 0) return null;
  return (
    <span class="named-by">
      {ids.map((id) => (
        <a key={id} href={`#${statementAnchor(id)}`}>
          {id}
        </a>
      ))}
    </span>
  );
}
