import type { Pathway } from '../../../events/vocabulary.ts';
import { pathwayOf } from '../../../machines/pathway.ts';
import type { Transition } from '../../roll/outcome.ts';
import { basisOf } from './basis.ts';
import type { RowBasis } from './report.ts';
import type { Roster } from './roster.ts';

/**
 * Counts events by the pathway in which the contingent that they name stood; null for those that name none. There is no
 * count (null) where the log has none of them: of what-ifs none of either basis.
 */
export class PathwayCount {
  readonly #counts: Record<RowBasis, Map<Pathway | null, number>> = {
    reported: new Map(),
    hypothetical: new Map(),
  };

  add({ event }: Transition, roster: Roster): void {
    const standing = roster.of(event.subject);
    const pathway = standing === undefined ? null : pathwayOf(standing.value);
    const counts = this.#counts[basisOf(event)];
    counts.set(pathway, (counts.get(pathway) ?? 0) + 1);
  }

  of(pathway: Pathway | null, basis: RowBasis): number | null {
    const isTold =
      this.#counts.reported.size > 0 || (basis === 'hypothetical' && this.#counts[basis].size > 0);
    return isTold ? (this.#counts[basis].get(pathway) ?? 0) : null;
  }
}
