import { ID_PATTERN, type RollId, THEATRE_ENTITY } from '../../events/ids.ts';

/**
 * Throws a RangeError if a roll or an entity is no id: they become keys and subjects, so a caller who lets one
 * through has a bug. Entities are contingents' ids or `theatre`.
 */
export function requireIds(roll: RollId, entities: Iterable<string> = []): void {
  requireId('theatre', roll.theatre);
  requireId('timeline', roll.timeline);
  for (const entity of entities) {
    requireId(`entity (a contingent, or "${THEATRE_ENTITY}")`, entity);
  }
}

function requireId(what: string, id: string): void {
  if (!ID_PATTERN.test(id)) {
    throw new RangeError(`${JSON.stringify(id)} is no ${what} id: expected ${ID_PATTERN.source}`);
  }
}
