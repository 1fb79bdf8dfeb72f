import type { Moment, Step } from './api.ts';

/** One step of a history: what happened, who said so, when, and what it changed. */
export function MomentView({ moment }: { readonly moment: Moment }) {
  const { step, refusal, recordedtime, seq } = moment;
  if (step === null) {
    return (
      <section aria-label="Event" class="refusal">
        <h2>{refusal?.type ?? 'An event'} was refused</h2>
        <p>
          Tried in <b>{moment.state}</b>: {refusal?.message}
        </p>
        <dl>
          <dt>Code</dt>
          <dd>{refusal?.code}</dd>
          <dt>Logged</dt>
          <dd>
            #{seq}, {recordedtime}
          </dd>
        </dl>
      </section>
    );
  }
  const { event } = step;
  const rating =
    event['reliability'] === null ? 'not rated' : `${event['reliability']}${event['credibility']}`;
  return (
    <section aria-label="Event">
      <h2>{event['type']}</h2>
      <p class="move">
        {step.from ?? '(not on the roll)'} → <b>{step.to}</b>
      </p>
      {event['note'] !== null && <p>{event['note']}</p>}
      <dl>
        <dt>Source</dt>
        <dd>
          {event['reporter'] ?? event['source']} · {rating} · {event['basis']}
        </dd>
        <dt>Happened</dt>
        <dd>{event['time']}</dd>
        <dt>Known</dt>
        <dd>{event['observedtime']}</dd>
        <dt>Logged</dt>
        <dd>
          #{seq}, {recordedtime}
        </dd>
        {step.postings.map(({ from, to, persons }) => (
          <>
            <dt>Posted</dt>
            <dd>
              {persons.toLocaleString('en')}: {from} → {to}
            </dd>
          </>
        ))}
      </dl>
      <Changes step={step} />
    </section>
  );
}

function Changes({ step: { before, after } }: { readonly step: Step }) {
  const changed = Object.keys(after).filter((key) => show(before?.[key]) !== show(after[key]));
  if (changed.length === 0) return <p class="soft">Nothing in its context changed.</p>;
  return (
    <table>
      <caption>Context</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changed.map((key) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>{show(before?.[key])}</td>
            <td>{show(after[key])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${typeof inner === 'object' ? JSON.stringify(inner) : inner}`)
    .join(', ');
}
