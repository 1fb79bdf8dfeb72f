import { deepStrictEqual } from 'node:assert/strict';
import { type AnyActorScope, createActor, transition } from 'xstate';
import { contingentMachine } from '../../../machines/contingent.ts';
import type { ContingentContext } from '../../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../../machines/contingent-event.ts';
import { Fold } from '../../../src/roll/fold.ts';
import type { Kernel, MachineState } from '../../../src/roll/kernel.ts';
import { createKernels } from '../../../src/roll/kernels.ts';
import { Settlement } from '../../../src/roll/settlement.ts';
import { handwritten } from '../handwritten.ts';
import { interleaved } from '../measure.ts';
import { atLeast, line } from '../result.ts';
import { entries, written } from '../work.ts';
import type { Bench, Figure } from './figure.ts';

interface Step {
  readonly value: string;
  readonly context: ContingentContext;
  readonly event: ContingentEvent;
}

/** Transitions of the contingents' machine, taken and refused, as the fold of a log asks for them. */
export const kernel: Figure = {
  name: 'kernel',
  seconds: 20,
  async measure({ sizes }: Bench) {
    const steps = stepsOf(sizes.steps);
    const compiled = createKernels().contingent;
    const byHand = handwritten<ContingentContext, ContingentEvent>(contingentMachine);
    const scope = reusedScope();

    const ours = steps.map(({ value, context, event }) => ({
      state: compiled.resolve(value, context),
      event,
    }));
    const snapshots = steps.map(({ value, context, event }) => ({
      snapshot: contingentMachine.resolveState({ value: stateValue(value), context }),
      event,
    }));
    const expected = stepsIn(createKernels('xstate').contingent, steps);
    deepStrictEqual(stepsIn(compiled, steps), expected);
    deepStrictEqual(
      steps.map(({ value, context, event }) => byHand(value, context, event)),
      expected,
    );

    let taken = 0;
    const passes = { fast: 10, reused: 2 };
    const [fast = 0, hand = 0, reused = 0, plain = 0] = await interleaved(sizes.runs, [
      {
        work() {
          for (let pass = 0; pass < passes.fast; pass++) {
            for (const { state, event } of ours) if (compiled.step(state, event) !== null) taken++;
          }
        },
      },
      {
        work() {
          for (let pass = 0; pass < passes.fast; pass++) {
            for (const { value, context, event } of steps)
              if (byHand(value, context, event) !== null) taken++;
          }
        },
      },
      {
        work() {
          for (let pass = 0; pass < passes.reused; pass++) {
            for (const { snapshot, event } of snapshots) {
              if (contingentMachine.transition(snapshot, event, scope) !== snapshot) taken++;
            }
          }
        },
      },
      {
        work() {
          for (const { snapshot, event } of snapshots) {
            if (transition(contingentMachine, snapshot, event)[0] !== snapshot) taken++;
          }
        },
      },
    ]);
    const accepted = expected.filter((after) => after !== null).length;
    if (taken !== accepted * (sizes.runs + 1) * (2 * passes.fast + passes.reused + 1)) {
      throw new Error('the ways of stepping do not take the same steps');
    }

    const rate = (ms: number, times: number) => (steps.length * times) / (ms / 1_000);
    const about = { figure: 'compiled kernel', unit: 'transitions/s' };
    const own = rate(fast, passes.fast);
    return {
      lines: [
        line({ ...about, beside: 'XState `transition()`' }, own, rate(plain, 1), atLeast(50)),
        line({ ...about, beside: 'XState, scope reused' }, own, rate(reused, passes.reused), atLeast(12)),
        line({ ...about, beside: 'a hand-written switch' }, own, rate(hand, passes.fast), atLeast(0.7)),
      ],
    };
  },
};

function stepsOf(count: number): Step[] {
  const steps: Step[] = [];
  const kernels = createKernels();
  const recording: Kernel<ContingentContext, ContingentEvent> = {
    ...kernels.contingent,
    step(state, event) {
      const { value, context } = state;
      steps.push({ value, context, event });
      return kernels.contingent.step(state, event);
    },
  };
  const home = { theatre: 'bench', timeline: 'kernel' };
  const fold = new Fold({ ...kernels, contingent: recording }, {}, { apply: () => {} });
  const settlement = new Settlement();
  const contingents = Math.ceil(count / 50);
  for (const entry of entries(written({ events: 2 * count, contingents }), home)) {
    if (steps.length >= count) break;
    const settled = settlement.take(entry);
    if (settled.kind === 'fact') fold.take(settled);
  }
  return steps;
}

function stepsIn(
  { step, resolve }: Kernel<ContingentContext, ContingentEvent>,
  steps: readonly Step[],
): (Pick<MachineState<ContingentContext>, 'value' | 'context'> | null)[] {
  return steps.map(({ value, context, event }) => {
    const after = step(resolve(value, context), event);
    return after === null ? null : { value: after.value, context: after.context };
  });
}

/** A scope for all steps: XState's `transition()` makes one for each. */
function reusedScope(): AnyActorScope {
  const self = createActor(contingentMachine);
  const nothing = () => {};
  return {
    ...{ self, system: self.system, id: self.id, sessionId: self.sessionId, logger: nothing },
    ...{ defer: nothing, emit: nothing, stopChild: nothing, actionExecutor: nothing },
  };
}

/** A state's dotted name as XState has it; the machine is two levels deep. */
function stateValue(name: string) {
  const [parent = '', child] = name.split('.');
  return child === undefined ? parent : { [parent]: child };
}
