import { useEffect, useState } from 'preact/hooks';
import { messageOf, type Page, read, type SourcedStep } from './api.ts';
import { Source } from './source.tsx';
import { estimate, stateText } from './wording.ts';

const PAGE = 50;

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly contingent: string;
  /** Looks again when this changes. */
  readonly seq: number;
  readonly wanted?: (step: SourcedStep) => boolean;
}

/** What happened to a contingent, with sources, a page at a time. */
export function HistoryList({ roll, contingent, seq, wanted = () => true }: Props) {
  const [steps, setSteps] = useState<readonly SourcedStep[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const path = `/api/rolls/${roll}/contingents/${contingent}/history?limit=${PAGE}`;

  // `seq` asks the same path once more
  useEffect(() => {
    const ending = new AbortController();
    read<Page<SourcedStep>>(path, ending.signal).then(
      (page) => {
        setSteps(page.items);
        setNext(page.next);
        setProblem(null);
      },
      (error: unknown) => !ending.signal.aborted && setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [path, seq]);

  const more = async () => {
    try {
      const page = await read<Page<SourcedStep>>(`${path}&after=${next}`);
      setSteps((before) => [...(before ?? []), ...page.items]);
      setNext(page.next);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };

  if (problem !== null) return <p class="notice">{problem}</p>;
  if (steps === null) return <p class="quiet">Loading what happened…</p>;
  const shown = steps.filter(wanted);
  return (
    <>
      {shown.length === 0 && next === null && <p class="quiet">No event says more about this.</p>}
      <ol class="steps">
        {shown.map((step, place) => (
          <li key={`${step.seq} ${place}`}>
            <span class="seq" title="Place in the log">
              #{step.seq}
            </span>
            <div>
              <b>{step.event.type}</b> <span class="way">{way(step)}</span>
              <br />
              {estimate(step.strength)}: <Source event={step.event} />
              {step.event.note !== null && <p class="note">{step.event.note}</p>}
            </div>
          </li>
        ))}
      </ol>
      {next !== null && (
        <button type="button" onClick={more}>
          More of its history
        </button>
      )}
    </>
  );
}

function way({ from, to }: SourcedStep): string {
  if (from === null) return `comes on the roll, ${stateText(to)}`;
  return from === to ? `stays ${stateText(to)}` : `${stateText(from)} → ${stateText(to)}`;
}
