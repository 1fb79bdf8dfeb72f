import type { HistoryMoment, Step } from '../documents.ts';

/** Moves listed of an event that moved more. */
const MAX_MOVES = 30;

/** One step of a history: what happened, who said so, when, and what it changed. */
export function MomentView({ moment }: { readonly moment: HistoryMoment }) {
  return moment.step === null ? (
    <Refused moment={moment} />
  ) : (
    <Happened step={moment.step} recordedtime={moment.recordedtime} />
  );
}

function Refused({
  moment: { seq, subject, state, refusal, logged, recordedtime },
}: {
  moment: HistoryMoment;
}) {
  return (
    <section aria-label="Event" class="refusal">
      <h2>{refusal?.type ?? 'An event'} was refused</h2>
      <p>
        Tried on {subject}, in <b>{state}</b>: {refusal?.message}.
      </p>
      <dl>
        <dt>Code</dt>
        <dd>{refusal?.code}</dd>
        <dt>Logged</dt>
        <dd>
          #{seq}, {recordedtime}
        </dd>
      </dl>
      <details>
        <summary>As it was logged</summary>
        <pre>{typeof logged === 'string' ? logged : JSON.stringify(logged, null, 1)}</pre>
      </details>
    </section>
  );
}

function Happened({ step, recordedtime }: { readonly step: Step; readonly recordedtime: string | null }) {
  const { event, data } = step;
  const rating = event.reliability === null ? 'not rated' : `${event.reliability}${event.credibility}`;
  return (
    <section aria-label="Event">
      <h2>{event.type}</h2>
      <p class="move">
        {step.subject}: {step.from ?? '(not on the roll)'} → <b>{step.to}</b>
      </p>
      {event.note !== null && <p>{event.note}</p>}
      <dl>
        <dt>Source</dt>
        <dd>
          {event.reporter ?? event.source} · {rating} · {event.basis}
        </dd>
        <dt>Happened</dt>
        <dd>{event.time}</dd>
        <dt>Known</dt>
        <dd>{event.observedtime}</dd>
        <dt>Logged</dt>
        <dd>
          #{step.seq}, {recordedtime}
        </dd>
        {step.postings.map(({ from, to, persons }) => (
          <>
            <dt>Posted</dt>
            <dd>
              {persons.toLocaleString('en')}: {from} → {to}
            </dd>
          </>
        ))}
        <dt>Payload</dt>
        <dd>{show(data)}</dd>
      </dl>
      <Changes step={step} />
      <Moves step={step} />
    </section>
  );
}

function Changes({ step: { before, after } }: { readonly step: Step }) {
  const [old, now] = [new Map(Object.entries(before ?? {})), Object.entries(after)];
  const changed = now.filter(([key, value]) => show(old.get(key)) !== show(value));
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
        {changed.map(([key, value]) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>{show(old.get(key))}</td>
            <td>{show(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What else the event moved. */
function Moves({ step: { subject, moves } }: { readonly step: Step }) {
  const others = moves.filter(({ contingent }) => contingent !== subject);
  if (others.length === 0) return null;
  return (
    <details>
      <summary>It moved {others.length} more</summary>
      <ul>
        {others.slice(0, MAX_MOVES).map(({ contingent, from, to, strength }, index) => (
          <li key={index}>
            {contingent}, {strength.best.toLocaleString('en')}: {from ?? '(new)'} → {to}
          </li>
        ))}
        {others.length > MAX_MOVES && <li class="soft">and {others.length - MAX_MOVES} others</li>}
      </ul>
    </details>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(show).join(', ') || 'none';
  return (
    Object.entries(value)
      .map(
        ([key, inner]) =>
          `${key} ${typeof inner === 'object' && inner !== null ? `(${show(inner)})` : inner}`,
      )
      .join(', ') || 'none'
  );
}
