import type { EventOf } from '../../../events/catalogue.ts';
import type { Estimate } from '../../../events/estimate.ts';
import type { Pathway } from '../../../events/vocabulary.ts';
import type { ReadModel } from '../../roll/fold.ts';
import type { ContingentState, Move, Transition } from '../../roll/outcome.ts';
import { placeOf } from '../place.ts';
import { type Provenance, provenance } from '../transition-document.ts';

/** A movement that somebody announced or assessed, and that has not been seen. It moves nobody. */
export interface Announcement {
  readonly seq: number;
  /** Whom it is about; null if it does not say. */
  readonly contingent: string | null;
  readonly strength: Estimate;
  readonly pathway: Pathway | null;
  readonly area: string | null;
  readonly event: Provenance;
}

/**
 * The announcements that stand: of each contingent the latest, of those that name no contingent the latest for each
 * area. One about a contingent stands until an event moves that contingent, or a part of it, to another state or
 * place; what ends or resumes the war moves nobody to where it was announced, so it ends none.
 */
export class Announced implements ReadModel {
  readonly #standing: Map<string, Announcement>;

  constructor(standing: ReadonlyMap<string, Announcement> = new Map()) {
    this.#standing = new Map(standing);
  }

  apply(transition: Transition): void {
    const { seq, event, moves } = transition;
    if (event.type === 'movement.announced' || event.type === 'movement.assessed') {
      const key = keyOf(event);
      this.#standing.delete(key);
      this.#standing.set(key, announcement(seq, event));
    } else if (event.subject !== null && this.#standing.size > 0 && hasMoved(moves)) {
      this.#standing.delete(`contingent ${event.subject}`);
    }
  }

  /** In the order in which they were made. */
  list(): readonly Announcement[] {
    return [...this.#standing.values()];
  }

  /** All that a checkpoint has to keep; it changes with the next `apply`. */
  dump(): ReadonlyMap<string, Announcement> {
    return this.#standing;
  }
}

type Movement = EventOf<'movement.announced'> | EventOf<'movement.assessed'>;

const keyOf = ({ subject, data }: Movement): string =>
  subject === null ? `area ${data.area ?? ''}` : `contingent ${subject}`;

function announcement(seq: number, event: Movement): Announcement {
  const { strength, pathway = null, area = null } = event.data;
  return { seq, contingent: event.subject, strength, pathway, area, event: provenance(event) };
}

/** Whether a step led somebody to another state or place; a part that leaves its whole where it stood did not move. */
function hasMoved(moves: readonly Move[]): boolean {
  return moves.some(({ before, after }) => before !== null && isElsewhere(before, after));
}

function isElsewhere(before: ContingentState, after: ContingentState): boolean {
  return before.value !== after.value || placeOf(before) !== placeOf(after);
}
