import { useEffect, useState } from 'preact/hooks';
import { messageOf, type Page, read } from './api.ts';

export interface Pages<T> {
  /** Null before the first answer. */
  readonly items: readonly T[] | null;
  /** Asks for the next page; null if there is none. */
  readonly more: (() => Promise<void>) | null;
  readonly problem: string | null;
}

/** A list that comes a page at a time; `path` has a query. Begins anew when `seq` changes. */
export function usePages<T>(path: string, seq: number): Pages<T> {
  const [items, setItems] = useState<readonly T[] | null>(null);
  const [next, setNext] = useState<string | number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  // `seq` asks the same path once more
  useEffect(() => {
    const ending = new AbortController();
    read<Page<T, string | number>>(path, ending.signal).then(
      (page) => {
        setItems(page.items);
        setNext(page.next);
        setProblem(null);
      },
      (error: unknown) => !ending.signal.aborted && setProblem(messageOf(error)),
    );
    return () => ending.abort();
  }, [path, seq]);

  const more = async () => {
    try {
      const page = await read<Page<T, string | number>>(`${path}&after=${next}`);
      setItems((before) => [...(before ?? []), ...page.items]);
      setNext(page.next);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return { items, more: next === null ? null : more, problem };
}
