import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** What a step of a machine comes to; null where it refuses. */
export type Switch<C, E> = (
  value: string,
  context: C,
  event: E,
) => { readonly value: string; readonly context: C } | null;

/** Takes a value into the generated code: gives the expression that stands for it there. */
type Constant = (value: unknown) => string;

/**
 * The machine as somebody would write it by hand: a switch on the state, in it one on the type of event, that call
 * the machine's own guards and assigns. Generated from the machine, so that it can't lag behind it.
 */
export function handwritten<C, E>(machine: AnyStateMachine): Switch<C, E> {
  const constants: unknown[] = [];
  const constant = (value: unknown) => `c${constants.push(value) - 1}`;
  const cases = leavesOf(machine.root).map((leaf) => stateCase(machine, leaf, constant));
  const body = `switch (value) { ${cases.join('\n')}\n default: throw new Error(value); }`;
  const names = constants.map((_, index) => `c${index}`);
  return new Function(...names, `return (value, context, event) => { ${body} };`)(...constants);
}

function stateCase(machine: AnyStateMachine, leaf: AnyStateNode, constant: Constant): string {
  const byType = new Map<string, AnyTransitionDefinition[]>();
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const [type, transitions] of leaf.type === 'final' ? [] : node.transitions) {
      byType.set(type, [...(byType.get(type) ?? []), ...transitions]);
    }
  }
  const cases = [...byType].map(([type, transitions]) => {
    const ways = transitions.map((transition) => way(machine, leaf, transition, constant));
    return `case ${JSON.stringify(type)}: { const args = { context, event }; ${ways.join(' ')} return null; }`;
  });
  return `case ${JSON.stringify(nameOf(leaf))}: switch (event.type) { ${cases.join('\n')} default: return null; }`;
}

function way(
  machine: AnyStateMachine,
  leaf: AnyStateNode,
  { guard, target, actions }: AnyTransitionDefinition,
  constant: Constant,
): string {
  const [to] = target ?? [];
  const value = JSON.stringify(nameOf(to === undefined ? leaf : initialLeaf(to)));
  const assigns = actions.map((action) => {
    const name = typeof action === 'object' ? action.type : String(action);
    const assigned = assignedBy(machine.implementations.actions[name], constant);
    return `context = { ...context, ${assigned} }; args.context = context;`;
  });
  const taken = `{ ${assigns.join(' ')} return { value: ${value}, context }; }`;
  return guard === undefined ? taken : `if (${condition(machine, guard, constant)}) ${taken}`;
}

function assignedBy(action: unknown, constant: Constant): string {
  if (typeof action !== 'function' || !('assignment' in action)) throw new Error('an action is no assign');
  const { assignment } = action;
  if (typeof assignment === 'function') return `...${constant(assignment)}(args)`;
  const assigned = Object.entries(Object(assignment));
  return assigned.map(([key, assign]) => `${key}: ${constant(assign)}(args)`).join(', ');
}

function condition(
  machine: AnyStateMachine,
  guard: NonNullable<AnyTransitionDefinition['guard']>,
  constant: Constant,
): string {
  if (typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards)) {
    return guard.guards.map((one) => condition(machine, one, constant)).join(' && ');
  }
  const { type, params = undefined } = typeof guard === 'object' ? guard : { type: String(guard) };
  return `${constant(machine.implementations.guards[type])}(args, ${constant(params)})`;
}

function leavesOf(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

function initialLeaf(node: AnyStateNode): AnyStateNode {
  const [first] = node.initial?.target ?? [];
  return first === undefined ? node : initialLeaf(first);
}

const nameOf = (node: AnyStateNode) => node.path.join('.');
