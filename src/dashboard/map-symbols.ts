import type { MapContingent } from '../readmodels/map/standing-by-place.ts';
import type { Affiliation } from './affiliation.ts';
import milsymbol from './land-symbols.mjs';

/** The standard identities of APP-6(D). */
const IDENTITIES: Readonly<Record<Affiliation, string>> = {
  unknown: '1',
  friend: '3',
  neutral: '4',
  hostile: '6',
};

export interface UnitSymbol {
  /** A picture as a data address. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
}

/** Entity and first modifier of APP-6(D) land units. It has no symbol for instructors: theirs is the frame alone. */
const ENTITIES: Readonly<Record<NonNullable<MapContingent['kind']>, string>> = {
  'special-forces': '1217000000',
  infantry: '1211000000',
  artillery: '1303000000',
  engineer: '1407000000',
  construction: '1407001200',
  instructor: '0000000000',
  other: '0000000000',
};

/** The APP-6 symbol of a contingent; a planned one has a dashed frame. */
export function unitSymbol(
  kind: MapContingent['kind'],
  affiliation: Affiliation,
  isPlanned: boolean,
  size: number,
): UnitSymbol {
  const entity = ENTITIES[kind ?? 'other'];
  const code = `100${IDENTITIES[affiliation]}10${isPlanned ? '1' : '0'}000${entity}`;
  const symbol = new milsymbol.Symbol(code, { size, outlineWidth: 2, outlineColor: '#ffffff' });
  const { width, height } = symbol.getSize();
  return { image: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(symbol.asSVG())}`, width, height };
}
