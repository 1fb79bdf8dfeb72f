import { z } from 'zod';
import { contingentKind, pathway } from '../../events/vocabulary.ts';
import { named } from './named-schemas.ts';
import { estimate, provenance, seq, textOrNull } from './roll-schemas.ts';

const basis = z
  .enum(['reported', 'hypothetical'])
  .meta({ description: 'Hypothetical if a what-if makes it so; reported and assessed count together' });

const placeFields = {
  place: textOrNull.meta({ description: 'The text by which events name it; null if they do not' }),
  name: z.string(),
  iso: textOrNull.meta({ description: 'ISO 3166-1 or 3166-2' }),
  marks: textOrNull.meta({ description: 'What of the place the point marks' }),
  heads: estimate,
};

const contingent = named(
  'MapContingent',
  'A contingent that stands at a place',
  z.strictObject({
    id: z.string(),
    kind: contingentKind.nullable(),
    pathway,
    strength: estimate,
    basis,
    named: z
      .strictObject({
        attribute: z.enum(['country', 'host', 'area', 'region', 'place']),
        text: z.string(),
      })
      .nullable()
      .meta({ description: 'The text of an event that names the place, and what it was given as' }),
  }),
);

const standing = named(
  'MapStanding',
  'Who stands at a listed place, or at none that is listed (unlocated)',
  z.strictObject({
    kind: z.enum(['standing', 'unlocated']),
    ...placeFields,
    pathways: z.partialRecord(pathway, estimate),
    contingents: z.array(contingent).meta({ description: 'The strongest first, at most 30' }),
    contingentCount: z.int().min(0).meta({ description: 'All of them' }),
    basis,
  }),
);

const announced = named(
  'MapAnnounced',
  'A movement that was announced or assessed and has not been seen: it moves nobody',
  z.strictObject({
    kind: z.literal('announced'),
    ...placeFields,
    contingent: textOrNull,
    pathway: pathway.nullable(),
    basis,
    seq,
    event: provenance,
  }),
);

export const mapDocument = named(
  'Map',
  'Troops by place: GeoJSON (RFC 7946), with members of ours beside it. The heads of what stands and of what is unlocated are together the strength of all contingents',
  z.strictObject({
    type: z.literal('FeatureCollection'),
    theatre: textOrNull,
    timeline: textOrNull,
    seq,
    time: textOrNull,
    machineVersion: z.string(),
    isHypothetical: z.boolean().meta({ description: 'Whether any what-if fact was folded' }),
    announcedOmitted: z.int().min(0).meta({ description: 'Earlier announcements that are left out' }),
    features: z.array(
      z.strictObject({
        type: z.literal('Feature'),
        id: z.string(),
        geometry: z
          .strictObject({
            type: z.literal('Point'),
            coordinates: z.tuple([z.number(), z.number()]).meta({ description: 'Longitude, latitude' }),
          })
          .nullable()
          .meta({ description: 'Null where it is on no listed place' }),
        properties: z.discriminatedUnion('kind', [standing, announced]),
      }),
    ),
  }),
);
