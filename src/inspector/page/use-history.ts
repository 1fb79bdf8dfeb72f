import { useEffect, useRef, useState } from 'preact/hooks';
import type { HistoryDocument } from '../documents.ts';
import { ask } from './api.ts';
import { followMachine, followRoll } from './live.ts';

interface Following {
  /** The part of the history that has the place asked for; null until there is one. */
  readonly history: HistoryDocument | null;
  readonly isLive: boolean;
}

/**
 * The history of a machine, or without a subject of a roll, kept up to date. `place` counts from 0, null is the end:
 * the part that is there is fetched again when the place is outside it. While an event is sought by its id, the part
 * is the one that has it.
 */
export function useHistory(
  roll: string,
  subject: string | null,
  place: number | null,
  event: string | null,
): Following {
  const [history, setHistory] = useState<HistoryDocument | null>(null);
  const [isLive, setLive] = useState(false);
  const wanted = useRef('');
  wanted.current = queryOf(place, event);
  const read = useRef(() => {});

  useEffect(() => {
    if (roll === '') return;
    let isOver = false;
    let isReading = false;
    let isStale = false;
    const readAll = async () => {
      isStale = isReading;
      if (isReading) return;
      isReading = true;
      do {
        isStale = false;
        const path = `/inspector/history/${roll}${subject === null ? '' : `/${subject}`}${wanted.current}`;
        const found = await ask<HistoryDocument>(path).catch(() => null);
        if (isOver) return;
        // A service that is away for a moment takes nothing from the screen.
        setHistory((shown) => found ?? (shown?.subject === subject ? shown : null));
      } while (isStale);
      isReading = false;
    };
    read.current = () => void readAll();
    const listener = { onNews: read.current, onLive: setLive };
    const stop = subject === null ? followRoll(roll, listener) : followMachine(roll, subject, listener);
    read.current();
    return () => {
      isOver = true;
      setLive(false);
      stop();
    };
  }, [roll, subject]);

  const isOutside = history !== null && !has(history, place ?? history.total - 1);
  useEffect(() => {
    if (isOutside) read.current();
  }, [isOutside, place]);
  return { history, isLive };
}

function queryOf(place: number | null, event: string | null): string {
  if (event !== null) return `?event=${encodeURIComponent(event)}`;
  return place === null ? '' : `?at=${place}`;
}

function has({ first, moments, total }: HistoryDocument, place: number): boolean {
  return total === 0 || place >= total || (place >= first && place < first + moments.length);
}
