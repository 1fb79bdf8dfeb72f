import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A machine has something that the compiled kernel does not run; the message says what and where. */
export class UnsupportedFeature extends Error {
  constructor(feature: string, where: string) {
    super(`The compiled kernel does not run ${feature} (${where}); the kernel xstate does`);
    this.name = 'UnsupportedFeature';
  }
}

/** Throws `UnsupportedFeature` for the first thing in a machine's states that takes more than a table to run. */
export function refuseUnsupported({ root }: AnyStateMachine): void {
  if (root.type !== 'compound') throw new UnsupportedFeature(`a machine that is ${root.type}`, root.id);
  for (const node of nodesUnder(root)) {
    const feature = unsupportedIn(node);
    if (feature !== null) throw new UnsupportedFeature(feature, `in the state ${node.id}`);
    for (const [event, transitions] of node.transitions) {
      const where = `on ${event} in the state ${node.id}`;
      if (event.includes('*')) throw new UnsupportedFeature('a wildcard', where);
      if (event.startsWith('xstate.')) throw new UnsupportedFeature('an event of XState itself', where);
      if (transitions.some(({ target }) => (target?.length ?? 0) > 1)) {
        throw new UnsupportedFeature('a transition with several targets', where);
      }
    }
  }
}

/** A node and all that are in it, in the order of the definition. */
export function nodesUnder(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesUnder)];
}

/** Of each type of event, the dotted names of the states that have transitions for it themselves. */
export function statesByType({ root }: AnyStateMachine): ReadonlyMap<string, readonly string[]> {
  const states = new Map<string, string[]>();
  for (const { path, transitions } of nodesUnder(root)) {
    for (const type of transitions.keys()) states.set(type, [...(states.get(type) ?? []), path.join('.')]);
  }
  return states;
}

function unsupportedIn(node: AnyStateNode): string | null {
  const { type, config } = node;
  if (type === 'parallel') return 'a parallel state';
  if (type === 'history') return 'a history state';
  if (type !== 'compound' && Object.keys(node.states).length > 0) return `states in one that is ${type}`;
  if (node.parent !== undefined && /^$|^#|[.\\]/.test(node.key)) return 'a state whose name cannot be dotted';
  if ((node.always ?? []).length > 0) return 'always';
  if (node.invoke.length > 0) return 'invoke';
  if (node.after.length > 0) return 'after';
  if (config.onDone !== undefined) return 'onDone';
  if (config.route !== undefined) return 'route';
  if (node.output !== undefined) return 'output';
  return null;
}
