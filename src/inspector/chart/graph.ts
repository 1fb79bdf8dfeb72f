import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { conjuncts, guardName } from '../../roll/guards.ts';

/** A way out of a state, or an event that leaves it where it is. */
export interface ChartTransition {
  /** Unique in its chart: `deployed#contingent.repatriated#0`. */
  readonly id: string;
  readonly event: string;
  /** The names of the guards that must all hold, as refusals give them. */
  readonly guards: readonly string[];
  readonly description: string | null;
  /** Dotted name of the state that has it; empty for the machine as a whole. */
  readonly source: string;
  /** Dotted name of the leaf that it leads to; null for one that stays. */
  readonly target: string | null;
}

export interface ChartNode {
  /** Dotted name: `deployed.committed`; empty for the machine as a whole. */
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isFinal: boolean;
  readonly isInitial: boolean;
  readonly children: readonly ChartNode[];
  /** What the state takes that no labelled line shows: what stays, and what leads to another top-level state. */
  readonly listed: readonly ChartTransition[];
}

/**
 * Transitions drawn as one line. Within a top-level state it runs from state to state and is labelled; between
 * two of them it runs from one to the other, and what it stands for is listed in the cards.
 */
export interface ChartEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly isLabelled: boolean;
  readonly transitions: readonly ChartTransition[];
}

/** A statechart as it is drawn. */
export interface ChartGraph {
  readonly id: string;
  readonly root: ChartNode;
  readonly edges: readonly ChartEdge[];
  readonly transitions: readonly ChartTransition[];
}

/** From how many top-level states an event must lead into the same one for its lines to be left out. */
const COMMON = 5;

/** The graph of a machine. Pure: the same machine gives the same graph. */
export function graphOf(machine: AnyStateMachine): ChartGraph {
  const transitions = nodesUnder(machine.root).flatMap(transitionsOf);
  const isCommon = commonAmong(transitions);
  const edges = new Map<string, ChartEdge>();
  for (const transition of transitions) {
    const ends = endsOf(transition);
    if (ends === null || isCommon(transition)) continue;
    const id = `${ends.source}>${ends.target}`;
    const known = edges.get(id)?.transitions ?? [];
    edges.set(id, { id, ...ends, transitions: [...known, transition] });
  }
  const labelled = new Set(
    [...edges.values()].filter(({ isLabelled }) => isLabelled).flatMap((edge) => edge.transitions),
  );
  const listed = transitions.filter((transition) => !labelled.has(transition));
  return { id: machine.id, root: chartNode(machine.root, listed), edges: [...edges.values()], transitions };
}

/** Every node of a chart, the root first. */
export function everyNode(node: ChartNode): ChartNode[] {
  return [node, ...node.children.flatMap(everyNode)];
}

/** An event's name without the prefix that most share. */
export function shortEvent(event: string): string {
  return event.replace(/^contingent\./, '');
}

/** A guard in words: `isWarOver` reads "war over", `hasOutcome cleared` reads "outcome cleared". */
export function guardInWords(guard: string): string {
  return guard
    .replace(/^(is|has)(?=[A-Z])/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/^[A-Z]|(?<= )[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}

/** A transition as a label: `garrisoned [war over, territory open]`. */
export function labelOf({ event, guards }: ChartTransition): string {
  const conditions = guards.length === 0 ? '' : ` [${guards.map(guardInWords).join(', ')}]`;
  return `${shortEvent(event)}${conditions}`;
}

/** Between what a transition is drawn; null if it is none that a line can show. */
function endsOf({ source, target }: ChartTransition): Omit<ChartEdge, 'id' | 'transitions'> | null {
  if (target === null || source === '') return null;
  const [from, to] = [topOf(source), topOf(target)];
  if (from !== to) return { source: from, target: to, isLabelled: false };
  return source === from ? null : { source, target, isLabelled: true };
}

function commonAmong(transitions: readonly ChartTransition[]): (transition: ChartTransition) => boolean {
  const sources = new Map<string, Set<string>>();
  const goal = ({ event, target }: ChartTransition) => `${event}>${target === null ? '' : topOf(target)}`;
  for (const transition of transitions) {
    const known = sources.get(goal(transition)) ?? new Set();
    sources.set(goal(transition), known.add(topOf(transition.source)));
  }
  return (transition) => (sources.get(goal(transition))?.size ?? 0) >= COMMON;
}

function topOf(name: string): string {
  return name.split('.', 1).join('');
}

function nodesUnder(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesUnder)];
}

function dottedName(node: AnyStateNode): string {
  return node.path.join('.');
}

function transitionsOf(node: AnyStateNode): ChartTransition[] {
  const source = dottedName(node);
  return [...node.transitions].flatMap(([event, definitions]) =>
    definitions.map((definition, index) =>
      chartTransition(definition, source, `${source}#${event}#${index}`),
    ),
  );
}

function chartTransition(
  { eventType, guard, target, description }: AnyTransitionDefinition & { readonly description?: string },
  source: string,
  id: string,
): ChartTransition {
  const [to] = target ?? [];
  return {
    id,
    event: eventType,
    guards: guard === undefined ? [] : conjuncts(guard).map(guardName),
    description: description ?? null,
    source,
    target: to === undefined ? null : dottedName(leafOf(to)),
  };
}

/** Where a transition to a state ends: in it, or in the state that it starts in. */
function leafOf(node: AnyStateNode): AnyStateNode {
  const [inner] = node.initial.target ?? [];
  return inner === undefined || inner === node ? node : leafOf(inner);
}

function chartNode(node: AnyStateNode, listed: readonly ChartTransition[]): ChartNode {
  const id = dottedName(node);
  return {
    id,
    name: node.key,
    description: node.description ?? null,
    isFinal: node.type === 'final',
    isInitial: node.parent?.config.initial === node.key,
    children: Object.values(node.states).map((child) => chartNode(child, listed)),
    listed: listed.filter(({ source }) => source === id),
  };
}
