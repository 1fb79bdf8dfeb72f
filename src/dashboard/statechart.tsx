import type { Pathway } from '../../events/vocabulary.ts';
import { PATHWAY_NAMES } from './pathways.ts';
import { ScrollBox } from './scroll-box.tsx';
import { stateText } from './wording.ts';

interface Props {
  /** `ukraine/record` */
  readonly roll: string;
  readonly contingent: string;
  /** The entry after which it is looked at, and what that was. */
  readonly seq: number;
  readonly type: string;
  readonly state: string;
  readonly pathway: Pathway | null;
}

/** The statechart of a contingent, drawn by the service: where it stands, and the transition that led there. */
export function Statechart({ roll, contingent, seq, type, state, pathway }: Props) {
  const query = new URLSearchParams({ roll, subject: contingent });
  const group = pathway !== null && state.includes('.') ? `${PATHWAY_NAMES[pathway]}, ` : '';
  const where = `${group}${stateText(state)}`;
  return (
    <figure class="statechart">
      <figcaption>
        After entry {seq}, <b>{type}</b>: it stands in <b>{where}</b>. That state and the transition taken
        stand out. <a href={`/inspector?${query}`}>Step through it in the inspector</a>
      </figcaption>
      <ScrollBox label="Statechart">
        <img
          src={`/inspector/statecharts/${roll}/${contingent}?seq=${seq}`}
          alt={`Statechart of a contingent. Active: ${where}. Last event: ${type}.`}
        />
      </ScrollBox>
    </figure>
  );
}
