import { useEffect, useState } from 'preact/hooks';
import type { DistributionDocument } from '../readmodels/roll-document.ts';
import type { TransitionDocument } from '../readmodels/transition-document.ts';
import type { Refusal } from '../roll/outcome.ts';
import { nameOf, type RollSummary } from './api.ts';

/** Updates kept for the feed. */
const KEPT = 2_000;
/** Entries before the head that a page begins with. */
const BEFORE = 300;
/** Of a longer log only what happens from now on: to tell what was, the service would have to fold all of it again. */
const LONG_LOG = 20_000;
const FLUSH_MS = 80;
const RETRY_MS = 3_000;

export type FeedItem =
  | { readonly kind: 'transition'; readonly seq: number; readonly transition: TransitionDocument }
  | { readonly kind: 'refusal'; readonly seq: number; readonly refusal: Refusal };

export interface Live {
  readonly connection: 'connecting' | 'live' | 'lost';
  /** The entry after which the stream went on when it had been lost; null if it never was. */
  readonly resumedAfter: number | null;
  readonly distribution: DistributionDocument | null;
  /** The entry after which the feed begins. */
  readonly since: number;
  /** The newest first. */
  readonly feed: readonly FeedItem[];
}

const NOTHING: Live = {
  connection: 'connecting',
  resumedAfter: null,
  distribution: null,
  since: 0,
  feed: [],
};

/** A roll as it happens, by its event stream; goes on where it was when the connection is lost. */
export function useLive(roll: RollSummary | null): Live {
  const [live, setLive] = useState(NOTHING);
  const name = roll === null ? null : nameOf(roll);
  const head = roll?.seq ?? 0;

  // The head counts when the roll is chosen, not afterwards
  useEffect(() => {
    if (name === null) return;
    const since = Math.max(0, head - (head > LONG_LOG ? 0 : BEFORE));
    setLive({ ...NOTHING, since });
    let seen = since;
    let stream: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let flush: ReturnType<typeof setTimeout> | undefined;
    let wasLost = false;
    let arrived: FeedItem[] = [];
    let distribution: DistributionDocument | null = null;

    const put = () => {
      flush = undefined;
      const [items, latest] = [arrived.reverse(), distribution];
      arrived = [];
      setLive((before) => ({
        ...before,
        distribution: latest ?? before.distribution,
        feed: items.length === 0 ? before.feed : [...items, ...before.feed].slice(0, KEPT),
      }));
    };
    const later = () => {
      flush ??= setTimeout(put, FLUSH_MS);
    };
    const take = (item: FeedItem) => {
      if (item.seq <= seen) return;
      seen = item.seq;
      arrived.push(item);
      later();
    };
    const open = () => {
      const opened = new EventSource(`/api/rolls/${name}/stream?after=${seen}`);
      stream = opened;
      opened.addEventListener('open', () => {
        const resumedAfter = wasLost ? seen : null;
        setLive((before) => ({
          ...before,
          connection: 'live',
          resumedAfter: resumedAfter ?? before.resumedAfter,
        }));
      });
      opened.addEventListener('distribution', ({ data }) => {
        distribution = JSON.parse(data);
        later();
      });
      opened.addEventListener('transition', ({ data }) => {
        const transition: TransitionDocument = JSON.parse(data);
        take({ kind: 'transition', seq: transition.seq, transition });
      });
      opened.addEventListener('refusal', ({ data }) => {
        const refusal: Refusal = JSON.parse(data);
        take({ kind: 'refusal', seq: refusal.seq, refusal });
      });
      opened.addEventListener('error', () => {
        wasLost = true;
        setLive((before) => ({ ...before, connection: 'lost' }));
        // After an answer that is no stream the browser gives up: then we go on trying.
        if (opened.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
      });
    };
    open();
    return () => {
      stream?.close();
      clearTimeout(retry);
      clearTimeout(flush);
    };
  }, [name]);
  return live;
}
