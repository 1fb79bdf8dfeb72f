import { z } from 'zod';
import { text } from '../vocabulary.ts';
import { referenceId } from './citation.ts';

/** ISO 3166-1 alpha-2 (`UA`) or ISO 3166-2 (`UA-14`). */
const isoCode = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'expected an ISO 3166 code such as UA or UA-14');

/** A part of the world that places are counted under. */
const regionSchema = z.strictObject({
  id: referenceId,
  name: text,
  /** Whether troops there stand beyond East Asia. */
  beyondEastAsia: z.boolean(),
});

/** A place that an event can name, by the very text with which it does. */
const placeSchema = z.strictObject({
  id: text,
  name: text,
  kind: z.enum(['country', 'area', 'town', 'region']),
  /** Null for what lies in several countries. */
  iso: isoCode.nullable(),
  region: referenceId,
  /** One point that stands for the place on a map, in degrees (WGS 84). */
  point: z.strictObject({
    lat: z.number().min(-90).max(90),
    lon: z.number().min(-180).max(180),
    /** What of the place, or in its stead, the point marks. */
    marks: text,
    source: referenceId,
  }),
});

export const placesSchema = z.strictObject({
  regions: z.array(regionSchema),
  places: z.array(placeSchema),
});

export type Places = z.output<typeof placesSchema>;
export type Place = Places['places'][number];
