import type { ContingentEventType, DataOf, TheatreEventType } from '../events/catalogue.ts';
import type { Estimate } from '../events/estimate.ts';
import type { Phase } from './phase.ts';

type PlainEventType = Exclude<ContingentEventType, 'contingent.merged'> | TheatreEventType;

/**
 * What a contingent's machine takes: a logged fact with the phase of its theatre. Theatre-wide facts arrive with
 * the phase that they led to. A merge reaches both contingents, each with its side.
 */
export type ContingentEvent =
  | {
      [T in PlainEventType]: { readonly type: T; readonly data: DataOf<T>; readonly phase: Phase };
    }[PlainEventType]
  | {
      readonly type: 'contingent.merged';
      readonly phase: Phase;
      readonly side: 'absorber' | 'absorbed';
      /** Strength of the absorbed contingent. */
      readonly strength: Estimate;
    };
