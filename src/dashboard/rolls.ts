import { useEffect, useState } from 'preact/hooks';
import { messageOf, type Page, type RollSummary, read } from './api.ts';

const EVERY_MS = 10_000;
const WHILE_EMPTY_MS = 2_000;

export interface Rolls {
  /** Null before the first answer. */
  readonly rolls: readonly RollSummary[] | null;
  readonly problem: string | null;
}

/** Every roll there is; looked up again now and then, since new ones are not announced. */
export function useRolls(): Rolls {
  const [known, setKnown] = useState<Rolls>({ rolls: null, problem: null });
  useEffect(() => {
    let next: ReturnType<typeof setTimeout> | undefined;
    const ending = new AbortController();
    const look = async () => {
      let wait = EVERY_MS;
      try {
        const { items } = await read<Page<RollSummary>>('/api/rolls', ending.signal);
        if (items.length === 0) wait = WHILE_EMPTY_MS;
        setKnown({ rolls: items, problem: null });
      } catch (error) {
        wait = WHILE_EMPTY_MS;
        if (!ending.signal.aborted) setKnown(({ rolls }) => ({ rolls, problem: messageOf(error) }));
      }
      if (!ending.signal.aborted) next = setTimeout(look, wait);
    };
    look();
    return () => {
      ending.abort();
      clearTimeout(next);
    };
  }, []);
  return known;
}
