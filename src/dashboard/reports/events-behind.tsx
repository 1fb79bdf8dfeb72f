import { useState } from 'preact/hooks';
import type { Behind } from '../../readmodels/reports/report.ts';
import { hrefOf } from '../address.ts';
import { type Page, useAnswer } from '../api.ts';
import { Source } from '../source.tsx';
import { number } from '../wording.ts';
import { type LoggedEvent, provenanceOf } from './logged-event.ts';

const PAGE = 10;

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly events: Behind;
}

/** The events behind a row, the latest first, each with its source. */
export function EventsBehind({ roll, events: { count, seqs } }: Props) {
  const [shown, setShown] = useState(PAGE);
  const unnamed = count - seqs.length;
  return (
    <>
      <ol class="steps">
        {seqs
          .toReversed()
          .slice(0, shown)
          .map((seq) => (
            <Entry key={seq} roll={roll} seq={seq} />
          ))}
      </ol>
      {shown < seqs.length && (
        <button type="button" class="small" onClick={() => setShown(shown + PAGE)}>
          Earlier events
        </button>
      )}
      {shown >= seqs.length && unnamed > 0 && (
        <p class="quiet">and {number(unnamed)} earlier, counted but not named here</p>
      )}
    </>
  );
}

function Entry({ roll, seq }: { readonly roll: string; readonly seq: number }) {
  const answer = useAnswer<Page<LoggedEvent>>(`/api/rolls/${roll}/events?after=${seq - 1}&limit=1`);
  return (
    <li>
      <span class="seq" title="Place in the log">
        #{seq}
      </span>
      <div>
        {answer.state === 'there' ? <Said roll={roll} entry={answer.value.items[0]} /> : waiting(answer)}
      </div>
    </li>
  );
}

const waiting = (answer: { state: 'loading' } | { state: 'failed'; message: string }) =>
  answer.state === 'loading' ? 'Reading…' : answer.message;

function Said({ roll, entry }: { readonly roll: string; readonly entry: LoggedEvent | undefined }) {
  if (entry === undefined) return <>The log has no such entry.</>;
  const event = provenanceOf(entry);
  return (
    <>
      <b>{event.type}</b>{' '}
      {event.subject !== null && (
        <a href={hrefOf({ roll, view: 'contingents', contingent: event.subject, day: null })}>
          {event.subject}
        </a>
      )}
      <br />
      <Source event={event} />
      {event.note !== null && <p class="note">{event.note}</p>}
    </>
  );
}
