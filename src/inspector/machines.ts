import { contingentMachine } from '../../machines/contingent.ts';
import { theatreMachine } from '../../machines/theatre.ts';

/** The statecharts that can be looked at, by their names. */
export const MACHINES = { contingent: contingentMachine, theatre: theatreMachine } as const;

export type MachineName = keyof typeof MACHINES;

export function isMachineName(name: string): name is MachineName {
  return Object.hasOwn(MACHINES, name);
}
