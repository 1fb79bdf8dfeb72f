import { contingentMachine } from '../../machines/contingent.ts';
import { theatreMachine } from '../../machines/theatre.ts';
import type { MachineName } from './documents.ts';

/** The statecharts that can be looked at, by their names. */
export const MACHINES = { contingent: contingentMachine, theatre: theatreMachine } as const satisfies Record<
  MachineName,
  unknown
>;

export function isMachineName(name: string): name is MachineName {
  return Object.hasOwn(MACHINES, name);
}
