import type { Pathway } from '../../events/vocabulary.ts';

/** Something of each pathway, in the order of the pathways. */
export function perPathway<T>(of: (pathway: Pathway) => T): Record<Pathway, T> {
  return {
    deployed: of('deployed'),
    'war-ended': of('war-ended'),
    repatriated: of('repatriated'),
    're-educated': of('re-educated'),
    garrisoned: of('garrisoned'),
    integrated: of('integrated'),
    'pmc-transferred': of('pmc-transferred'),
    defected: of('defected'),
    captured: of('captured'),
  };
}
