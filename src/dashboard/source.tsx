import type { Provenance } from '../readmodels/transition-document.ts';
import { day, lateKnowledge, rating } from './wording.ts';

/** Who said it, when, and how far they are believed: "South Korean intelligence, 12 Feb 2026, B2". */
export function Source({ event }: { readonly event: Provenance }) {
  const who = event.reporter ?? `${event.basis}, no reporter named`;
  const href = webAddress(event.reporturl);
  const late = lateKnowledge(event);
  const rated = rating(event);
  return (
    <span class="source">
      {href === null ? (
        who
      ) : (
        <a href={href} rel="noreferrer noopener" target="_blank">
          {who}
        </a>
      )}
      , <time dateTime={event.time}>{day(event.time)}</time>
      {late !== null && ` (${late})`}
      {rated !== null && (
        <>
          ,{' '}
          <abbr title="Admiralty code: reliability of the source, credibility of the statement">{rated}</abbr>
        </>
      )}
      {event.claim !== 'fact' && `, ${event.claim}`}
      {event.basis === 'hypothetical' && event.reporter !== null && ', hypothetical'}
    </span>
  );
}

/** The address if a browser may go there from here; null for anything but the web. */
function webAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}
