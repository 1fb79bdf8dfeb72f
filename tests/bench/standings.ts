import type { Estimate } from '../../events/estimate.ts';

/** Where everybody stands in the end, however that was worked out. */
export interface Standings {
  readonly refused: number;
  readonly contingents: readonly {
    readonly id: string;
    readonly value: string;
    readonly strength: Estimate;
    readonly killed: number;
    readonly missing: number;
    readonly wounded: number;
  }[];
}
