import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { shortEvent } from './graph.ts';

/** The state in which a contingent is not on the roll yet: in Mermaid the start of the diagram. */
const ABSENT = 'absent';

/** A statechart as a Mermaid state diagram; events that stay in their state are left out. Pure. */
export function mermaidOf({ root }: AnyStateMachine): string {
  const edges = new Map<string, string[]>();
  for (const node of nodesUnder(root)) {
    for (const [event, transitions] of node.transitions) {
      for (const { target } of transitions) {
        const [to] = target ?? [];
        if (to === undefined || to === node || node === root) continue;
        const edge = `${node.key === ABSENT ? '[*]' : idOf(node)} --> ${idOf(to)}`;
        const labels = edges.get(edge) ?? [];
        if (!labels.includes(shortEvent(event))) edges.set(edge, [...labels, shortEvent(event)]);
      }
    }
  }
  const lines = [...edges].map(([edge, events]) => `  ${edge} : ${events.join(', ')}`);
  return ['stateDiagram-v2', ...Object.values(root.states).flatMap(groupOf), ...lines].join('\n');
}

function groupOf(node: AnyStateNode): string[] {
  const children = Object.values(node.states);
  if (children.length === 0) return [];
  const leaves = children.map((leaf) => `    ${idOf(leaf)} : ${leaf.key}`);
  return [`  state ${node.key} {`, ...leaves, '  }'];
}

function nodesUnder(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesUnder)];
}

function idOf(node: AnyStateNode): string {
  return node.path.join('_');
}
