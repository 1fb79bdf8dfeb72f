import { useEffect, useState } from 'preact/hooks';
import type { ContingentDocument } from '../readmodels/roll-document.ts';
import type { HistoryStep } from '../readmodels/step-table.ts';
import type { Provenance } from '../readmodels/transition-document.ts';

/** The longest page that the service gives. */
const PAGE = 1_000;

type Basis = 'reported' | 'assessed' | 'hypothetical';

/** A roll as `/api/rolls` lists it. */
export interface RollSummary {
  readonly theatre: string;
  readonly timeline: string;
  readonly title: string;
  /** Hypothetical as soon as a what-if counts in it, else as it was opened; null if it is unannounced. */
  readonly basis: Basis | null;
  readonly openedAs: Basis | null;
  readonly base: { readonly timeline: string; readonly seq: number } | null;
  readonly seq: number;
}

export interface SourcedPlace {
  readonly seq: number;
  readonly event: Provenance;
}

export interface ContingentItem extends ContingentDocument {
  readonly place: string | null;
  readonly children: number;
  readonly last: SourcedPlace | null;
  readonly strengthFrom: SourcedPlace | null;
}

export type SourcedStep = HistoryStep & { readonly event: Provenance };

export interface Page<T, N = number> {
  readonly items: readonly T[];
  readonly next: N | null;
}

export const nameOf = ({ theatre, timeline }: Pick<RollSummary, 'theatre' | 'timeline'>): string =>
  `${theatre}/${timeline}`;

/** The roll at the moment of a document about it: a what-if if one counts there, else as it was opened. */
export const rollIn = (
  roll: RollSummary,
  { isHypothetical }: { readonly isHypothetical: boolean },
): RollSummary => ({
  ...roll,
  basis: isHypothetical ? 'hypothetical' : roll.openedAs,
});

/** Asks the service. Rejects with what it says is wrong, in a sentence for people. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, signal === undefined ? {} : { signal });
  if (response.ok) return response.json();
  const problem: { detail?: string } = await response.json().catch(() => ({}));
  throw new Error(
    problem.detail ?? `The service answered ${response.status} to ${path}. Try again in a moment.`,
  );
}

/** Page after page of a list, until there is no more or `most` are there; `isWhole` says which. */
export async function readPages<T>(
  path: string,
  most: number,
): Promise<{ readonly items: readonly T[]; readonly isWhole: boolean }> {
  const items: T[] = [];
  let next: string | number | null = null;
  do {
    const address = new URL(path, location.origin);
    address.searchParams.set('limit', String(Math.min(PAGE, most - items.length)));
    if (next !== null) address.searchParams.set('after', String(next));
    const page: Page<T, string | number> = await read(`${address.pathname}${address.search}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  return { items, isWhole: next === null };
}

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string };

/** What the service answers to a path (null: nothing is asked). Keeps the last answer while the next one is on its way. */
export function useAnswer<T>(path: string | null, again: unknown = null): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  // `again` asks the same path once more
  useEffect(() => {
    if (path === null) return;
    const ending = new AbortController();
    read<T>(path, ending.signal).then(
      (value) => setLoaded({ state: 'there', value }),
      (error: unknown) => {
        if (!ending.signal.aborted) setLoaded({ state: 'failed', message: messageOf(error) });
      },
    );
    return () => ending.abort();
  }, [path, again]);
  return loaded;
}

export function messageOf(error: unknown): string {
  if (error instanceof TypeError)
    return 'The service cannot be reached. Is it running? This page tries again.';
  return error instanceof Error ? error.message : String(error);
}
