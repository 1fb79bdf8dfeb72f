import { contingentMachine } from '../../machines/contingent.ts';
import type { ContingentContext } from '../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import { type TheatreContext, type TheatreEvent, theatreMachine } from '../../machines/theatre.ts';
import { createCompiledKernel } from './compiled-kernel.ts';
import type { Kernel } from './kernel.ts';
import { createXStateKernel } from './xstate-kernel.ts';

/** The two statecharts that decide what every event does. */
export interface Kernels {
  readonly theatre: Kernel<TheatreContext, TheatreEvent>;
  readonly contingent: Kernel<ContingentContext, ContingentEvent>;
}

/** The kernels that a fold can be run with, by the name that `--kernel` takes. */
export const KERNEL_NAMES = ['compiled', 'xstate'] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];

/** The statecharts themselves: those of this build, or of another. */
export interface Machines {
  readonly theatre: typeof theatreMachine;
  readonly contingent: typeof contingentMachine;
}

const OURS: Machines = { theatre: theatreMachine, contingent: contingentMachine };

const CREATE = { compiled: createCompiledKernel, xstate: createXStateKernel } as const satisfies Record<
  KernelName,
  unknown
>;

/** Both kernels of a name. Throws `UnsupportedFeature` for machines that the compiled kernel does not run. */
export function createKernels(name: KernelName = 'compiled', machines: Machines = OURS): Kernels {
  const create = CREATE[name];
  return { theatre: create(machines.theatre), contingent: create(machines.contingent) };
}
