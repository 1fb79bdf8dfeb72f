import { contingentMachine } from '../../machines/contingent.ts';
import type { ContingentContext } from '../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import { type TheatreContext, type TheatreEvent, theatreMachine } from '../../machines/theatre.ts';
import type { Kernel } from './kernel.ts';
import { createXStateKernel } from './xstate-kernel.ts';

/** The two statecharts that decide what every event does. */
export interface Kernels {
  readonly theatre: Kernel<TheatreContext, TheatreEvent>;
  readonly contingent: Kernel<ContingentContext, ContingentEvent>;
}

/** The kernels that a fold can be run with, by the name that `--kernel` takes. */
export const KERNEL_NAMES = ['xstate'] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];

/** The statecharts themselves: those of this build, or of another. */
export interface Machines {
  readonly theatre: typeof theatreMachine;
  readonly contingent: typeof contingentMachine;
}

const OURS: Machines = { theatre: theatreMachine, contingent: contingentMachine };

export function createKernels(_name: KernelName = 'xstate', machines: Machines = OURS): Kernels {
  return {
    theatre: createXStateKernel(machines.theatre),
    contingent: createXStateKernel(machines.contingent),
  };
}
