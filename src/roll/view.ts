import type { MusterEvent } from '../../events/event.ts';

/** One of the ways to read a log (DOMAIN 7), in milliseconds since 1970 UTC. Neither: everything, in log order. */
export interface View {
  /** Only what had happened by then, in the order in which it happened. */
  readonly asOfMs?: number;
  /** Only what was known by then, corrections included. */
  readonly asKnownMs?: number;
}

/** Whether a view holds a fact. */
export function holds({ asOfMs, asKnownMs }: View, { timeMs, observedMs }: MusterEvent): boolean {
  return (asOfMs === undefined || timeMs <= asOfMs) && (asKnownMs === undefined || observedMs <= asKnownMs);
}

/** Whether a view holds a correction: it is knowledge, so when it was made never hides it from an as-of view. */
export function knows({ asKnownMs }: View, { observedMs }: MusterEvent): boolean {
  return asKnownMs === undefined || observedMs <= asKnownMs;
}
