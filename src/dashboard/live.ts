import { useEffect, useState } from 'preact/hooks';
import type { RollDistribution } from '../readmodels/roll-document.ts';
import { nameOf, type RollSummary } from './api.ts';
import { type FeedItem, KEPT, type Told } from './roll-stream.ts';
import { watchRoll } from './watching.ts';

/** Entries before the head that a page begins with. */
const BEFORE = 300;
/** Of a longer log only what happens from now on: to tell what was, the service would have to fold all of it again. */
const LONG_LOG = 20_000;

export interface Live {
  readonly connection: Told['connection'];
  /** The rolls that have a turn each, where this browser watches too many at once; else null. */
  readonly turns: number | null;
  /** The entry after which the stream went on when it had been lost; null if it never was. */
  readonly resumedAfter: number | null;
  readonly distribution: RollDistribution | null;
  /** The entry after which the feed begins. */
  readonly since: number;
  /** The newest first. */
  readonly feed: readonly FeedItem[];
}

const NOTHING: Live = {
  connection: 'connecting',
  turns: null,
  resumedAfter: null,
  distribution: null,
  since: 0,
  feed: [],
};

/** A roll as it happens; goes on where it was when the connection is lost. */
export function useLive(roll: RollSummary | null): Live {
  const [live, setLive] = useState(NOTHING);
  const name = roll === null ? null : nameOf(roll);
  const head = roll?.seq ?? 0;

  // The head counts when the roll is chosen, not afterwards
  useEffect(() => {
    if (name === null) return;
    const since = Math.max(0, head - (head > LONG_LOG ? 0 : BEFORE));
    setLive({ ...NOTHING, since });
    return watchRoll(name, since, (told) => setLive((before) => after(before, told)));
  }, [name]);
  return live;
}

function after(before: Live, { connection, turns, distribution, items }: Told): Live {
  const isBack = connection === 'live' && before.connection === 'lost';
  return {
    ...before,
    connection,
    turns,
    resumedAfter: isBack ? (before.feed[0]?.seq ?? before.since) : before.resumedAfter,
    distribution: distribution ?? before.distribution,
    feed: items.length === 0 ? before.feed : [...items.toReversed(), ...before.feed].slice(0, KEPT),
  };
}
