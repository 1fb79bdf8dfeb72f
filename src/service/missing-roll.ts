import { type RollId, rollName } from '../../events/ids.ts';
import { nearest } from '../scenario/nearest.ts';
import type { Service } from './service.ts';

/**
 * That there is no such roll, and which one was probably meant: of those that are open, in theatres that the asker may
 * read.
 */
export async function noSuchRoll(
  service: Pick<Service, 'rolls'>,
  { theatre, timeline }: RollId,
  mayRead: (theatre: string) => boolean,
): Promise<string> {
  // Without the log there is nothing to guess from.
  const summaries = await service.rolls().catch(() => []);
  const rolls = summaries
    .filter(({ roll, openedAs, isClosed }) => mayRead(roll.theatre) && openedAs !== null && !isClosed)
    .map(({ roll }) => roll);
  const meant = probablyMeant({ theatre, timeline }, rolls);
  const hint = meant === null ? '' : ` Did you mean ${meant.theatre}/${meant.timeline}?`;
  return `There is no roll ${theatre}/${timeline}.${hint}`;
}

/** By a slip in the timeline, in the theatre, or in both. */
function probablyMeant({ theatre, timeline }: RollId, rolls: readonly RollId[]): RollId | null {
  const theatres = [...new Set(rolls.map((roll) => roll.theatre))];
  const where = theatres.includes(theatre) ? theatre : nearest(theatre, theatres);
  if (where === undefined) return null;
  const timelines = rolls.filter((roll) => roll.theatre === where).map((roll) => roll.timeline);
  const which = timelines.includes(timeline) ? timeline : nearest(timeline, timelines);
  return which === undefined ? null : { theatre: where, timeline: which };
}

/** That a roll was closed. */
export function wasClosed(roll: RollId): string {
  return `${rollName(roll)} was closed: nobody lists it, and it takes no events.`;
}
