import { useEffect, useState } from 'preact/hooks';

/** The views of the dashboard, in the order in which they are offered. */
export const VIEWS = [
  'now',
  'feed',
  'contingents',
  'over-time',
  'map',
  'flows',
  'claims',
  'timelines',
] as const;
export type View = (typeof VIEWS)[number];

export const VIEW_NAMES: Readonly<Record<View, string>> = {
  now: 'Now',
  feed: 'Feed',
  contingents: 'Contingents',
  'over-time': 'Over time',
  map: 'Map',
  flows: 'Flows',
  claims: 'Claims',
  timelines: 'Timelines',
};

/** What is shown, all of it: whoever opens the address sees the same. */
export interface Address {
  /** `ukraine/record`; null before one was chosen. */
  readonly roll: string | null;
  readonly view: View;
  readonly contingent: string | null;
  readonly day: string | null;
  /** Whether the day is shown as it was known on it, and not as it was. */
  readonly known?: boolean;
}

/** Reads the part of an address after the `#`: `/ukraine/record/over-time?day=2025-03-31`. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [theatre, timeline, view, contingent] = path.split('/').map(decoded);
  const parameters = new URLSearchParams(query);
  const day = parameters.get('day');
  return {
    roll: theatre && timeline ? `${theatre}/${timeline}` : null,
    view: VIEWS.find((name) => name === view) ?? 'now',
    contingent: contingent || null,
    day: day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null,
    ...(parameters.has('known') && { known: true }),
  };
}

/** The address as a link. */
export function hrefOf({ roll, view, contingent, day, known = false }: Address): string {
  const path = [roll, view, contingent === null ? null : encodeURIComponent(contingent)];
  const query = [...(day === null ? [] : [`day=${day}`]), ...(known ? ['known'] : [])].join('&');
  return `#/${path.filter((part) => part !== null).join('/')}${query && `?${query}`}`;
}

/** The address now, followed as it changes. */
export function useAddress(): Address {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  useEffect(() => {
    const follow = () => setAddress(parseAddress(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}

/** Shows another day without a step in the browser's history. */
export function replaceAddress(address: Address): void {
  history.replaceState(null, '', hrefOf(address));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
