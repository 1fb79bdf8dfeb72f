import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A state node that a transition enters; by default if nothing named a state within it. */
interface Entry {
  readonly node: AnyStateNode;
  readonly isDefault: boolean;
}

/** What a transition leaves and enters, each in the order in which it happens. */
export interface Passage {
  readonly left: readonly AnyStateNode[];
  readonly entered: readonly Entry[];
  /** The leaf that is active then. */
  readonly leaf: AnyStateNode;
}

/**
 * The exit and entry sets of a transition as XState works them out (https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation),
 * for machines without parallel states and history: one leaf is active, and a transition has one target at most.
 */
export function passageOf(leaf: AnyStateNode, transition: AnyTransitionDefinition): Passage {
  const [target] = transition.target ?? [];
  if (target === undefined) return { left: [], entered: [], leaf };
  const domain = domainOf(transition, target);
  const within = descent(target);
  const staysInTarget = target === domain && target === transition.source && !transition.reenter;
  return {
    left: lineage(leaf).filter((node) => isWithin(node, domain)),
    entered: [
      ...lineage(target)
        .slice(1)
        .filter((node) => isWithin(node, domain))
        .reverse()
        .map((node) => ({ node, isDefault: false })),
      ...within.slice(staysInTarget ? 1 : 0).map((node) => ({ node, isDefault: true })),
    ],
    leaf: within.at(-1) ?? target,
  };
}

/** A node and its ancestors, innermost first. */
export function lineage(leaf: AnyStateNode): AnyStateNode[] {
  const nodes: AnyStateNode[] = [];
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) nodes.push(node);
  return nodes;
}

/** A node and the initial states within it, outermost first: the last is a leaf. */
export function descent(node: AnyStateNode): AnyStateNode[] {
  const [initial] = node.type === 'compound' ? node.initial.target : [];
  return initial === undefined ? [node] : [node, ...descent(initial)];
}

/** The state that a transition stays within, whole; undefined for one that leaves the machine's root as well. */
function domainOf(
  { source, reenter }: AnyTransitionDefinition,
  target: AnyStateNode,
): AnyStateNode | undefined {
  if (!reenter && (target === source || isWithin(target, source))) return source;
  const shared = lineage(target)
    .slice(1)
    .find((node) => isWithin(source, node));
  return shared ?? (reenter ? undefined : source.machine.root);
}

/** Whether a node is a descendant of another; all are within what is outside the root. */
function isWithin(node: AnyStateNode, ancestor: AnyStateNode | undefined): boolean {
  return ancestor === undefined || lineage(node).slice(1).includes(ancestor);
}
