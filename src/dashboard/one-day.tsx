import { useEffect, useState } from 'preact/hooks';
import type { DistributionDocument } from '../readmodels/roll-document.ts';
import { messageOf, read } from './api.ts';
import { DaySlider } from './day-slider.tsx';
import { type Disputed, DisputedList, useDisputed } from './disputed.tsx';
import { PATHWAY_NAMES, PATHWAYS } from './pathways.ts';
import { ScrollBox } from './scroll-box.tsx';
import { useSlow } from './slow.ts';
import { Waiting } from './waiting.tsx';
import { day as dayText, difference, estimate, events, number } from './wording.ts';

interface Props {
  /** `ukraine/record` */
  readonly name: string;
  /** The roll as it stands. */
  readonly now: DistributionDocument;
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly choose: (day: string) => void;
}

/** A day as it was and as it was known, beside one another, with the reasons why they differ. */
export function OneDay({ name, now, from, to, day, choose }: Props) {
  const seq = useSlow(now.seq);
  const { answers, problem } = useAnswers(name, day, seq ?? now.seq);
  return (
    <section class="card" aria-labelledby="day">
      <h2 id="day">One day: what had happened, and what was known</h2>
      <DaySlider from={from} to={to} day={day} choose={choose} />
      {problem !== null && <p class="notice">{problem}</p>}
      {answers === null ? (
        <Waiting what="Reading that day" look="notice to-come" />
      ) : (
        <Comparison name={name} now={now} answers={answers} />
      )}
    </section>
  );
}

interface Answers {
  readonly day: string;
  readonly wasThere: DistributionDocument;
  readonly wasKnown: DistributionDocument;
}

/** Both answers for a day. Those of the day before stay until both have come: nothing flickers. */
function useAnswers(name: string, day: string, seq: number) {
  const [answers, setAnswers] = useState<Answers | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // `seq` asks the same once more
  useEffect(() => {
    const ending = new AbortController();
    const ask = (view: string) =>
      read<DistributionDocument>(`/api/rolls/${name}?fields=distribution&${view}=${day}`, ending.signal);
    Promise.all([ask('asOf'), ask('asKnown')]).then(
      ([wasThere, wasKnown]) => {
        setAnswers({ day, wasThere, wasKnown });
        setProblem(null);
      },
      (error: unknown) => !ending.signal.aborted && setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [name, day, seq]);
  return { answers, problem };
}

interface ComparisonProps {
  readonly name: string;
  readonly now: DistributionDocument;
  readonly answers: Answers;
}

function Comparison({ name, now, answers }: ComparisonProps) {
  const { day, wasThere, wasKnown } = answers;
  const rows = [
    ...PATHWAYS.map((pathway) => ({
      label: PATHWAY_NAMES[pathway],
      texts: [estimate(wasThere.pathways[pathway]), estimate(wasKnown.pathways[pathway])],
      gap: wasThere.pathways[pathway].best - wasKnown.pathways[pathway].best,
    })),
    ...(['killed', 'missing', 'wounded'] as const).map((loss) => ({
      label: loss[0]?.toUpperCase() + loss.slice(1),
      texts: [number(wasThere.losses[loss]), number(wasKnown.losses[loss])],
      gap: wasThere.losses[loss] - wasKnown.losses[loss],
    })),
  ];
  const differing = rows.filter(({ texts: [a, b] }) => a !== b).length;
  const disputed = useDisputed(name, now, day, wasThere, differing > 0);
  return (
    <>
      <p role="status" id="day-verdict">
        {verdictOf(day, differing, reasonsOf(differing, answers, disputed))}
      </p>
      <DisputedList roll={name} disputed={disputed} />
      <ScrollBox label="The two answers">
        <table id="answers">
          <thead>
            <tr>
              <th scope="col">Pathway</th>
              <th scope="col" class="number">
                As of
              </th>
              <th scope="col" class="number">
                As known on
              </th>
              <th scope="col" class="number">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, texts: [a, b], gap }) => (
              <tr key={label} data-differs={a === b ? undefined : true}>
                <th scope="row">{label}</th>
                <td class="number">{a}</td>
                <td class="number">{b}</td>
                <td class="number">{difference(gap)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}

function verdictOf(day: string, differing: number, reasons: readonly string[]): string {
  const when = `On ${dayText(day)}`;
  const told = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  if (differing > 0)
    return `${when} the two answers differ in ${differing} ${differing === 1 ? 'line' : 'lines'}${told}.`;
  return reasons.length === 0
    ? `${when} all that had happened was known.`
    : `${when} the two answers are the same, but Now has it otherwise${told}.`;
}

/** Why the two answers differ, or why Now has it otherwise; nothing while it is not known. */
function reasonsOf(
  differing: number,
  { wasThere, wasKnown }: Answers,
  disputed: Disputed,
): readonly string[] {
  const { refusedInTime, refusedInLog, isKnown } = disputed;
  const reasons = [
    ...(refusedInTime.length === 0
      ? []
      : [
          `in the order of time, which these days are in, ${areRefused(refusedInTime.length)} that the log took as it came`,
        ]),
    ...(refusedInLog.length === 0
      ? []
      : [`in the order of the log ${areRefused(refusedInLog.length)} that the order of time takes`]),
  ];
  if (differing === 0 || !isKnown) return reasons;
  const later = factsIn(wasThere) - factsIn(wasKnown);
  if (later > 0) reasons.push('some of it became known later');
  else if (later < 0) reasons.push('some of what was known is dated later');
  return reasons.length === 0 ? ['it was logged in another order than it happened'] : reasons;
}

const areRefused = (count: number) => `${events(count)} ${count === 1 ? 'is' : 'are'} refused`;

const factsIn = ({ counts: { accepted, refused, retracted } }: DistributionDocument) =>
  accepted + refused + retracted;
