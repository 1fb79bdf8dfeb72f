import { useEffect, useState } from 'preact/hooks';
import type { DistributionDocument, RollDocument } from '../readmodels/roll-document.ts';
import type { Refusal } from '../roll/outcome.ts';
import { hrefOf } from './address.ts';
import { type Page, read, readPages, type SourcedStep } from './api.ts';
import type { LoggedEvent } from './reports/logged-event.ts';
import { day as dayText, number } from './wording.ts';

/** Refusals that are looked at. */
const MOST = 10_000;
const NAMED = 5;

/** Events that one order takes and the other refuses. */
export interface Disputed {
  readonly refusedInTime: readonly Refusal[];
  readonly refusedInLog: readonly Refusal[];
  /** False before they have been looked up. */
  readonly isKnown: boolean;
}

const NONE: Disputed = { refusedInTime: [], refusedInLog: [], isKnown: true };

/**
 * The events until the end of a day that the order of time and the order of the log decide differently. Those that
 * only the log refuses are told on the last day: a refusal does not say when it was.
 */
export function useDisputed(
  roll: string,
  now: DistributionDocument,
  day: string,
  wasThere: DistributionDocument,
  isDiffering: boolean,
): Disputed {
  const isLast = now.time !== null && now.time.slice(0, 10) <= day;
  const { refused } = wasThere.counts;
  const isWanted = refused === now.counts.refused ? isDiffering && refused > 0 : refused > 0 || isLast;
  const key = isWanted ? `${roll} ${day} ${wasThere.seq}` : null;
  const [found, setFound] = useState<{ key: string; disputed: Disputed } | null>(null);
  useEffect(() => {
    if (key === null) return;
    const ending = new AbortController();
    Promise.all([
      read<RollDocument>(`/api/rolls/${roll}?asOf=${day}`, ending.signal),
      readPages<Refusal>(`/api/rolls/${roll}/refusals`, MOST),
    ]).then(
      ([{ refusals }, { items }]) => {
        if (ending.signal.aborted) return;
        const refusedInLog = isLast ? without(items, refusals) : [];
        setFound({ key, disputed: { refusedInTime: without(refusals, items), refusedInLog, isKnown: true } });
      },
      // The answers stand; why they differ stays untold.
      () => {},
    );
    return () => ending.abort();
  }, [key]);
  if (key === null) return NONE;
  return found?.key === key ? found.disputed : { ...NONE, isKnown: false };
}

function without(refusals: readonly Refusal[], others: readonly Refusal[]): readonly Refusal[] {
  const seqs = new Set(others.map(({ seq }) => seq));
  return refusals.filter(({ seq }) => !seqs.has(seq));
}

/** Names disputed events: what each said of whom, of which day, and why it is refused. */
export function DisputedList({ roll, disputed }: { readonly roll: string; readonly disputed: Disputed }) {
  const all = [...disputed.refusedInTime, ...disputed.refusedInLog];
  if (all.length === 0) return null;
  return (
    <ul id="disputed" class="disputed">
      {all.slice(0, NAMED).map((refusal) => (
        <Item key={refusal.seq} roll={roll} refusal={refusal} />
      ))}
      {all.length > NAMED && <li>and {number(all.length - NAMED)} more</li>}
    </ul>
  );
}

type Said = LoggedEvent & { readonly event: { readonly data?: Readonly<Record<string, unknown>> } };

function Item({ roll, refusal }: { readonly roll: string; readonly refusal: Refusal }) {
  const { seq, type, subject, code, message } = refusal;
  const [said, setSaid] = useState<Said | null>(null);
  const [came, setCame] = useState<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const first = <T,>(path: string) =>
      read<Page<T>>(`/api/rolls/${roll}/${path}`, ending.signal).then(({ items }) => items[0]);
    first<Said>(`events?after=${seq - 1}&limit=1`).then(
      (entry) => setSaid(entry ?? null),
      () => {},
    );
    if (subject !== null)
      first<SourcedStep>(`contingents/${encodeURIComponent(subject)}/history?limit=1`).then(
        (step) => setCame(step?.event.time ?? null),
        () => {},
      );
    return () => ending.abort();
  }, [roll, seq, subject]);
  const time = said?.event.time ?? null;
  return (
    <li>
      <span class="seq">#{seq}</span> <b>{type ?? 'an entry without a type'}</b>{' '}
      {subject !== null && (
        <a href={hrefOf({ roll, view: 'contingents', contingent: subject, day: null })}>{subject}</a>
      )}
      {said !== null && countsIn(said)}
      {time !== null && <>, dated {dayText(time)}</>}
      {time !== null && came !== null && Date.parse(time) < Date.parse(came) && (
        <>
          , before {subject} came on {dayText(came)}
        </>
      )}
      : {code}, {message}
    </li>
  );
}

/** `, killed 100` */
function countsIn({ event: { data = {} } }: Said): string {
  return Object.entries(data)
    .flatMap(([name, value]) => (typeof value === 'number' ? [`, ${name} ${number(value)}`] : []))
    .join('');
}
