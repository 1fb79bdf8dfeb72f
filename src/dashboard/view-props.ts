import type { Address } from './address.ts';
import type { RollSummary } from './api.ts';
import type { Live } from './live.ts';

/** What every view is given. */
export interface ViewProps {
  readonly roll: RollSummary;
  readonly rolls: readonly RollSummary[];
  readonly live: Live;
  readonly address: Address;
}
