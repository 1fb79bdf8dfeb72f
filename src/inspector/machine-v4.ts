import { type MachineV4, machineOf } from '@muster/inspect-bridge';
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { conjuncts, guardName } from '../roll/guards.ts';

/** A machine of ours as one of XState 4, for @xstate/inspect: the same states and names, `guard` as `cond`. */
export function machineV4(machine: AnyStateMachine): MachineV4 {
  return machineOf({ id: machine.id, ...nodeV4(machine.root) });
}

function nodeV4(node: AnyStateNode): object {
  const children = Object.values(node.states);
  return {
    ...(node.type === 'final' && { type: 'final' }),
    ...(node.description !== undefined && { description: node.description }),
    ...(node.tags.length > 0 && { tags: node.tags }),
    ...(typeof node.config.initial === 'string' && { initial: node.config.initial }),
    ...(children.length > 0 && {
      states: Object.fromEntries(children.map((child) => [child.key, nodeV4(child)])),
    }),
    on: Object.fromEntries([...node.transitions].map(([type, ways]) => [type, ways.map(transitionV4)])),
  };
}

function transitionV4({
  guard,
  target,
  actions,
  description,
}: AnyTransitionDefinition & { readonly description?: string }): object {
  const guards = guard === undefined ? [] : conjuncts(guard).map(guardName);
  return {
    ...(target !== undefined && { target: target.map(({ id }) => `#${id}`) }),
    ...(guards.length > 0 && { cond: guards.join(' and ') }),
    ...(actions.length > 0 && { actions: actions.map((action) => actionName(action)) }),
    ...(description !== undefined && { description }),
  };
}

function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  return typeof action === 'object' && action !== null && 'type' in action ? String(action.type) : 'action';
}
