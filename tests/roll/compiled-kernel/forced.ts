import { type AnyStateMachine, assign, type EventObject } from 'xstate';
import { conjuncts, type Guard, guardName } from '../../../src/roll/guards.ts';
import type { Kernel } from '../../../src/roll/kernel.ts';
import { nodesUnder } from '../../../src/roll/machine-features.ts';
import { lineage } from '../../../src/roll/passage.ts';
import type { Question } from './questions.ts';

interface Traced {
  readonly trace: readonly string[];
}

/** A machine whose guards answer as they are told, by name and params, and whose actions only say that they ran. */
export interface Forced {
  readonly machine: AnyStateMachine;
  /** Every state at rest × every type of event × every outcome of the guards that are asked then. */
  questions(
    reference: Kernel<Traced, EventObject>,
    eventTypes: readonly string[],
  ): Question<Traced, EventObject>[];
}

export function forced(machine: AnyStateMachine): Forced {
  let holding: ReadonlySet<string> = new Set();
  const guards = Object.keys(machine.implementations.guards).map((type) => [
    type,
    (_args: unknown, params: Readonly<Record<string, unknown>> | undefined) =>
      holding.has(guardName(params === undefined ? type : { type, params })),
  ]);
  const actions = Object.keys(machine.implementations.actions).map((type) => [
    type,
    assign(({ context: { trace } }) => ({ trace: [...trace, type] })),
  ]);
  return {
    machine: machine.provide({
      guards: Object.fromEntries(guards),
      actions: Object.fromEntries(actions),
    }),
    questions: (reference, eventTypes) =>
      nodesUnder(machine.root)
        .filter(({ type }) => type !== 'compound')
        .flatMap((leaf) => {
          const value = leaf.path.join('.');
          return eventTypes.flatMap((type) => {
            const asked = lineage(leaf).flatMap(({ transitions }) => transitions.get(type) ?? []);
            const names = asked.flatMap(({ guard }) =>
              guard === undefined ? [] : conjuncts(guard).map(nameOf),
            );
            return subsets([...new Set(names)]).map((held) => ({
              title: `${value} with ${type}, where ${held.length === 0 ? 'nothing' : held.join(', ')} holds`,
              state: reference.resolve(value, { trace: [] }),
              event: { type },
              force: () => {
                holding = new Set(held);
              },
            }));
          });
        }),
  };
}

const nameOf = (guard: Guard): string => guardName(guard);

function subsets(names: readonly string[]): string[][] {
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}
