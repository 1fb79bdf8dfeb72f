import type { Answer } from './http-client.ts';

/** Hostile inputs on their way. */
export interface Delivery {
  /** What is wrong with them. */
  readonly how: string;
  /** Events in it, or 1 for a request without any. */
  readonly inputs: number;
  readonly sent: Uint8Array;
  /** The statuses that an answer may have. */
  readonly allowed: readonly number[];
  /** Whether no answer at all is one, too. */
  readonly mayHangUp: boolean;
  send(): Promise<Answer | null>;
}
