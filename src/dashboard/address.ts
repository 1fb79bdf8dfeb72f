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
  'consequences',
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
  consequences: 'Consequences',
};

/** What is shown, all of it: whoever opens the address sees the same. */
export interface Address {
  /** `ukraine/record`; null before one was chosen. */
  readonly roll: string | null;
  readonly view: View;
  readonly contingent: string | null;
  /** One of the consequence reports; null for the list of them. */
  readonly report: string | null;
  readonly day: string | null;
  /** The day by whose end it was known; null for all that is known now. */
  readonly known: string | null;
  /** Days in place that count as a footprint; null for the common number. */
  readonly footprintDays: number | null;
  /** Timelines beside one another; null for the common choice. */
  readonly beside: readonly string[] | null;
}

/** Where a link leads; what it leaves out is as when nothing was chosen. */
export type Target = Pick<Address, 'roll' | 'view' | 'day'> & Partial<Address>;

/**
 * Reads the part of an address after the `#`: `/ukraine/record/over-time?day=2025-03-31`. What mailers and networks
 * hang onto it (`?fbclid=…`, `&utm_source=…`) is passed over.
 */
export function parseAddress(hash: string): Address {
  const [path = '', ...more] = hash.replace(/^#\/?/, '').split(/[?&]/);
  const search = more.join('&');
  const [theatre, timeline, name, item] = path.split('/').map(decoded);
  const query = new URLSearchParams(search);
  const view = VIEWS.find((one) => one === name) ?? 'now';
  const days = query.get('footprint');
  return {
    roll: theatre && timeline ? `${theatre}/${timeline}` : null,
    view,
    contingent: (view !== 'consequences' && item) || null,
    report: (view === 'consequences' && item) || null,
    day: dayIn(query.get('day')),
    known: dayIn(query.get('known')),
    footprintDays: days !== null && /^\d{1,5}$/.test(days) ? Number(days) : null,
    beside: query.get('beside')?.split(',').filter(Boolean) ?? null,
  };
}

/** The address as a link. */
export function hrefOf({ roll, view, day, ...rest }: Target): string {
  const { contingent = null, report = null, known = null, footprintDays = null, beside = null } = rest;
  const item = contingent ?? report;
  const path = [roll, view, item === null ? null : encodeURIComponent(item)];
  const query = Object.entries({ day, known, footprint: footprintDays, beside })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`);
  const search = query.length === 0 ? '' : `?${query.join('&')}`;
  return `#/${path.filter((part) => part !== null).join('/')}${search}`;
}

const dayIn = (text: string | null): string | null =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;

/** The address now, followed as it changes. In sight is only what the page knows: so nothing else is shared. */
export function useAddress(): Address {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  useEffect(() => {
    const follow = () => {
      const next = parseAddress(location.hash);
      const known = next.roll === null ? '' : hrefOf(next);
      if (location.search + location.hash !== known)
        history.replaceState(null, '', `${location.pathname}${known}`);
      setAddress(next);
    };
    follow();
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
