import type { Ground, Headline } from '../readmodels/grounds.ts';
import { hrefOf } from './address.ts';
import { More } from './more.tsx';
import { usePages } from './pages.ts';
import { Source } from './source.tsx';
import { Waiting } from './waiting.tsx';
import { estimate, phaseText } from './wording.ts';

const PAGE = 50;

const NONE: Readonly<Record<Headline, string>> = {
  phase: 'No event has changed it: a theatre begins in hostilities.',
  latest: 'No event has been accepted yet.',
  inflow: 'Nobody has come on the roll yet.',
};

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly headline: Headline;
  /** Looks again when this changes. */
  readonly seq: number;
}

/** The events on which a headline rests, each with its source, a page at a time. */
export function GroundList({ roll, headline, seq }: Props) {
  const path = `/api/rolls/${roll}/grounds?of=${headline}&limit=${PAGE}`;
  const { items: grounds, more, problem } = usePages<Ground>(path, seq);
  if (problem !== null) return <p class="notice">{problem}</p>;
  if (grounds === null) return <Waiting what="Loading the events" look="quiet" />;
  if (grounds.length === 0) return <p class="quiet">{NONE[headline]}</p>;
  return (
    <>
      <ol class="steps">
        {grounds.map((ground) => (
          <li key={ground.seq}>
            <span class="seq" title="Place in the log">
              #{ground.seq}
            </span>
            <div>
              <b>{ground.event.type}</b> <Whom roll={roll} contingent={ground.event.subject} />
              <br />
              {sayingOf(ground)}
              <Source event={ground.event} />
              {ground.event.note !== null && <p class="note">{ground.event.note}</p>}
            </div>
          </li>
        ))}
      </ol>
      {more !== null && <More label="More events" load={more} />}
    </>
  );
}

function Whom({ roll, contingent }: { readonly roll: string; readonly contingent: string | null }) {
  if (contingent === null) return null;
  return <a href={hrefOf({ roll, view: 'contingents', contingent, day: null })}>{contingent}</a>;
}

function sayingOf({ phase, strength }: Ground): string {
  if (phase !== null) return `${phaseText(phase)}: `;
  return strength === null ? '' : `${estimate(strength)}: `;
}
