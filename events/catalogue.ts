import type { z } from 'zod';
import type { WellFormed } from './definition.ts';
import { contingentEvents } from './types/contingent.ts';
import { correctionEvents } from './types/correction.ts';
import { informationEvents } from './types/information.ts';
import { strengthEvents } from './types/strength.ts';
import { warEvents } from './types/war.ts';

/**
 * Every type of event that Muster knows (DOMAIN 6). Schemas, API documents and tables are made from it.
 * The names are in logs on disk: add types, never rename one.
 */
export const catalogue = [
  ...warEvents,
  ...contingentEvents,
  ...strengthEvents,
  ...informationEvents,
  ...correctionEvents,
] as const;

export type CatalogueEntry = (typeof catalogue)[number];
export type EventType = CatalogueEntry['type'];

/** The parsed payload of a type. */
export type DataOf<T extends EventType> = z.output<Extract<CatalogueEntry, { type: T }>['data']>;

/** A well-formed event of the types given. */
export type EventOf<T extends EventType> = {
  [K in T]: WellFormed<K, Extract<CatalogueEntry, { type: K }>['scope'], DataOf<K>>;
}[T];

export type TheatreEventType = (typeof warEvents)[number]['type'];
export type ContingentEventType = (typeof contingentEvents | typeof strengthEvents)[number]['type'];
export type InformationEventType = (typeof informationEvents)[number]['type'];
export type CorrectionEventType = (typeof correctionEvents)[number]['type'];

/** The types whose payload may carry a detachment: from `committed` to `exchanged` in DOMAIN 3. */
export type MovingEventType = Exclude<
  (typeof contingentEvents)[number]['type'],
  'contingent.deployed' | 'contingent.reinforced' | 'contingent.detached' | 'contingent.merged'
>;

const byType: ReadonlyMap<string, CatalogueEntry> = new Map(catalogue.map((entry) => [entry.type, entry]));

/** The catalogue's entry for a type, or undefined for a type that is not in it. */
export function catalogueEntry(type: string): CatalogueEntry | undefined {
  return byType.get(type);
}
