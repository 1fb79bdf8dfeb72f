import { useEffect, useState } from 'preact/hooks';
import type { Reference } from '../../../events/reference/reference.ts';
import type { ModelDocument } from '../model-document.ts';

/** A roll of this service, as GET /api/rolls lists it. */
export interface RollItem {
  readonly theatre: string;
  readonly timeline: string;
  readonly title: string;
  readonly basis: string;
}

/** All that the page shows. */
export interface Shown {
  readonly model: ModelDocument;
  readonly reference: Reference;
  readonly rolls: readonly RollItem[];
}

export type Reading =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: Shown }
  | { readonly state: 'failed'; readonly message: string };

/** Reads the model, the reference data and the rolls that are here, once. */
export function useShown(): Reading {
  const [reading, setReading] = useState<Reading>({ state: 'loading' });
  useEffect(() => {
    const ending = new AbortController();
    readAll(ending.signal).then(
      (value) => setReading({ state: 'there', value }),
      (error: unknown) => {
        if (!ending.signal.aborted) setReading({ state: 'failed', message: String(error) });
      },
    );
    return () => ending.abort();
  }, []);
  return reading;
}

async function readAll(signal: AbortSignal): Promise<Shown> {
  const [model, reference, { items }] = await Promise.all([
    read<ModelDocument>('/api/model', signal),
    read<Reference>('/api/reference', signal),
    read<{ items: RollItem[] }>('/api/rolls', signal),
  ]);
  return { model, reference, rolls: items };
}

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal });
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${response.statusText}`);
  return response.json();
}
