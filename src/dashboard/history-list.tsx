import type { SourcedStep } from './api.ts';
import { More } from './more.tsx';
import { usePages } from './pages.ts';
import { Source } from './source.tsx';
import { Waiting } from './waiting.tsx';
import { estimate, stateText } from './wording.ts';

const PAGE = 50;

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly contingent: string;
  /** Looks again when this changes. */
  readonly seq: number;
  readonly wanted?: (step: SourcedStep) => boolean;
  /** Shows a step elsewhere; `shown` is the entry of the one that is. */
  readonly show?: (step: SourcedStep) => void;
  readonly shown?: number | null;
}

/** What happened to a contingent, with sources, a page at a time. */
export function HistoryList({ roll, contingent, seq, wanted = () => true, show, shown: at = null }: Props) {
  const path = `/api/rolls/${roll}/contingents/${contingent}/history?limit=${PAGE}`;
  const { items: steps, more, problem } = usePages<SourcedStep>(path, seq);
  if (problem !== null) return <p class="notice">{problem}</p>;
  if (steps === null) return <Waiting what="Loading what happened" look="quiet" />;
  const shown = steps.filter(wanted);
  return (
    <>
      {shown.length === 0 && more === null && <p class="quiet">No event says more about this.</p>}
      <ol class="steps">
        {shown.map((step, place) => (
          <li key={`${step.seq} ${place}`}>
            {show === undefined ? (
              <span class="seq" title="Place in the log">
                #{step.seq}
              </span>
            ) : (
              <button
                type="button"
                class="small seq"
                aria-pressed={step.seq === at}
                aria-label={`Entry ${step.seq} on the statechart`}
                onClick={() => show(step)}
              >
                #{step.seq}
              </button>
            )}
            <div>
              <b>{step.event.type}</b> <span class="way">{way(step)}</span>
              <br />
              {estimate(step.strength)}: <Source event={step.event} />
              {step.event.note !== null && <p class="note">{step.event.note}</p>}
            </div>
          </li>
        ))}
      </ol>
      {more !== null && <More label="More of its history" load={more} />}
    </>
  );
}

function way({ from, to }: SourcedStep): string {
  if (from === null) return `comes on the roll, ${stateText(to)}`;
  return from === to ? `stays ${stateText(to)}` : `${stateText(from)} → ${stateText(to)}`;
}
