import type { Estimate } from '../../../events/estimate.ts';
import type { Place } from '../../../events/reference/places.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import type { Fold, ReadModel } from '../../roll/fold.ts';
import { MACHINE_VERSION } from '../machine-version.ts';
import type { RowBasis } from '../reports/report.ts';
import type { DocumentHome } from '../roll-document.ts';
import type { Provenance } from '../transition-document.ts';
import type { Announcement } from './announced.ts';
import type { Gazetteer } from './locate.ts';
import type { MapModel } from './map-model.ts';
import { type MapContingent, type Standing, StandingByPlace } from './standing-by-place.ts';

/** Announcements in a document, the latest ones. */
const ANNOUNCED_MOST = 200;

/** A point as GeoJSON has it: longitude, latitude, in degrees (WGS 84). */
export interface MapPoint {
  readonly type: 'Point';
  readonly coordinates: readonly [number, number];
}

/** What is told of who stands at a place, or at none that is listed. */
export interface StandingProperties {
  /** `standing`: at a listed place. `unlocated`: events name no place, or one that is not listed. */
  readonly kind: 'standing' | 'unlocated';
  /** The listed place's id, which is the text of the events; of an unlocated feature their text, null if there is none. */
  readonly place: string | null;
  readonly name: string;
  /** ISO 3166-1 or 3166-2. */
  readonly iso: string | null;
  /** What of the place the point marks. */
  readonly marks: string | null;
  readonly heads: Estimate;
  readonly pathways: Readonly<Partial<Record<Pathway, Estimate>>>;
  /** The strongest first, at most 30; `contingentCount` counts them all. */
  readonly contingents: readonly MapContingent[];
  readonly contingentCount: number;
  /** Hypothetical if any of them stands there by a what-if. */
  readonly basis: RowBasis;
}

/** What is told of a movement that was announced or assessed, and that has not been seen: it moves nobody. */
export interface AnnouncedProperties {
  readonly kind: 'announced';
  readonly place: string | null;
  readonly name: string;
  readonly iso: string | null;
  readonly marks: string | null;
  readonly heads: Estimate;
  readonly contingent: string | null;
  readonly pathway: Pathway | null;
  readonly basis: RowBasis;
  /** Its place in the log. */
  readonly seq: number;
  readonly event: Provenance;
}

export interface MapFeature<P = StandingProperties | AnnouncedProperties> {
  readonly type: 'Feature';
  readonly id: string;
  /** Null where it is on no listed place (RFC 7946, 3.2). */
  readonly geometry: MapPoint | null;
  readonly properties: P;
}

/** Troops by place as GeoJSON (RFC 7946): a FeatureCollection, with members of ours beside it (6.1). */
export interface MapDocument {
  readonly type: 'FeatureCollection';
  readonly theatre: string | null;
  readonly timeline: string | null;
  /** The length of the log that was folded. */
  readonly seq: number;
  /** The latest accepted fact, as written; null before the first. */
  readonly time: string | null;
  readonly machineVersion: string;
  /** Whether a what-if counts in it. */
  readonly isHypothetical: boolean;
  /** Announcements that are left out, earlier ones than those that are there. */
  readonly announcedOmitted: number;
  /** Who stands at places, the most first; who is unlocated; what is announced, the latest first. */
  readonly features: readonly MapFeature[];
}

/** A read model that has what a map needs. */
export interface MapReadModel extends ReadModel {
  readonly map: MapModel;
}

/**
 * Builds the map of a roll. Everybody on the roll's strength is in one feature that stands or is unlocated: their
 * heads are together the strength of all contingents.
 */
export function mapDocument(
  home: DocumentHome,
  seq: number,
  fold: Fold<MapReadModel>,
  gazetteer: Gazetteer,
): MapDocument {
  const { map } = fold.readModel;
  const standing = new StandingByPlace(gazetteer, map);
  for (const [id, state] of fold.contingents) standing.add(id, state);
  const announced = map.announcements();
  return {
    type: 'FeatureCollection',
    theatre: home.theatre,
    timeline: home.timeline,
    seq,
    time: fold.time,
    machineVersion: MACHINE_VERSION,
    isHypothetical: fold.isHypothetical,
    announcedOmitted: Math.max(announced.length - ANNOUNCED_MOST, 0),
    features: [
      ...standing.located().map(standingFeature),
      ...standing.unlocated().map(standingFeature),
      ...announced
        .slice(-ANNOUNCED_MOST)
        .toReversed()
        .map((announcement) => announcedFeature(announcement, gazetteer)),
    ],
  };
}

function standingFeature({ place, text, ...standing }: Standing): MapFeature<StandingProperties> {
  const kind = place === null ? 'unlocated' : 'standing';
  return {
    type: 'Feature',
    id: text === null ? `${kind}: ${standing.name}` : `${kind}/${text}`,
    geometry: pointOf(place),
    properties: {
      kind,
      place: text,
      iso: place?.iso ?? null,
      marks: place?.point.marks ?? null,
      ...standing,
    },
  };
}

function announcedFeature(
  { seq, contingent, strength, pathway, area, event }: Announcement,
  gazetteer: Gazetteer,
): MapFeature<AnnouncedProperties> {
  const place = area === null ? null : (gazetteer.find(area) ?? null);
  return {
    type: 'Feature',
    id: `announced/${seq}`,
    geometry: pointOf(place),
    properties: {
      kind: 'announced',
      place: area,
      name: place?.name ?? area ?? 'Place not said',
      iso: place?.iso ?? null,
      marks: place?.point.marks ?? null,
      heads: strength,
      contingent,
      pathway,
      basis: event.basis === 'hypothetical' ? 'hypothetical' : 'reported',
      seq,
      event,
    },
  };
}

function pointOf(place: Place | null): MapPoint | null {
  return place === null ? null : { type: 'Point', coordinates: [place.point.lon, place.point.lat] };
}
