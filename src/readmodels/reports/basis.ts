import type { MusterEvent } from '../../../events/event.ts';
import type { RowBasis } from './report.ts';

export const BASES = ['reported', 'hypothetical'] as const satisfies readonly RowBasis[];

/** Reported and assessed facts count together; a what-if's never with them. */
export function basisOf({ envelope }: MusterEvent): RowBasis {
  return envelope.basis === 'hypothetical' ? 'hypothetical' : 'reported';
}
