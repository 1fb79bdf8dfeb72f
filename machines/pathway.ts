import type { AnyStateNode } from 'xstate';
import { PATHWAYS, type Pathway } from '../events/vocabulary.ts';
import { contingentMachine } from './contingent.ts';

/** The pathway of every leaf state, by its dotted name: the tag that it or an ancestor carries; null without one. */
export const pathwayByState: ReadonlyMap<string, Pathway | null> = new Map(
  leaves(contingentMachine.root).map((leaf) => [leaf.path.join('.'), taggedPathway(leaf)]),
);

/** The pathway in which a contingent in this state is counted, or null for one that is in none. */
export function pathwayOf(state: string): Pathway | null {
  return pathwayByState.get(state) ?? null;
}

function leaves(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leaves);
}

function taggedPathway(node: AnyStateNode): Pathway | null {
  const own = PATHWAYS.find((pathway) => node.tags.includes(pathway));
  if (own !== undefined) return own;
  return node.parent === undefined ? null : taggedPathway(node.parent);
}

/**
 * The other pathways that the statechart opens to a contingent in this state, in the order of `PATHWAYS`. A guard may
 * still refuse the way there.
 */
export function pathwaysFrom(state: string): readonly Pathway[] {
  const leaf = leaves(contingentMachine.root).find((node) => node.path.join('.') === state);
  const open = new Set<Pathway | null>();
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const { target } of [...node.transitions.values()].flat()) {
      for (const to of target ?? []) open.add(taggedPathway(to));
    }
  }
  return PATHWAYS.filter((pathway) => open.has(pathway) && pathway !== pathwayOf(state));
}
