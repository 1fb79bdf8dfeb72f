import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition, EventObject } from 'xstate';
import { clonerOf } from './cloner.ts';
import { type GuardTest, guardTests } from './guards.ts';
import type { MachineState } from './kernel.ts';
import { nodesUnder, refuseUnsupported, statesByType, UnsupportedFeature } from './machine-features.ts';
import { descent, lineage, passageOf } from './passage.ts';
import { type Action, type Update, updateOf } from './updates.ts';
import { atRest, initialSnapshot } from './xstate-kernel.ts';

/** A leaf state of a machine, as it stands in a `MachineState`. */
export interface Leaf {
  /** Its dotted name. */
  readonly value: string;
  /** Whether it is a final state at the top. */
  readonly isFinal: boolean;
}

/** A transition as it is from one leaf. */
export interface Candidate<C, E> {
  /** All must hold. */
  readonly guards: readonly GuardTest[];
  /** What happens to the context, in order: on leaving, on the way, on entering. */
  readonly updates: readonly Update<C, E>[];
  /** The leaf after it; null if it forbids the event: nothing happens then, and no later transition is asked. */
  readonly to: Leaf | null;
  /** Which it is, as XState says when a guard of it throws. */
  readonly label: string;
}

/** What a machine does, as tables that need no machine to be run. */
export interface MachineTables<C, E> {
  readonly id: string;
  /** The state before the first event. */
  readonly initial: MachineState<C>;
  readonly leaves: readonly Leaf[];
  /** The place in `leaves` by dotted name; a state that has others within stands for its initial leaf. */
  readonly leafByName: ReadonlyMap<string, number>;
  /** The places of event types in a row. */
  readonly columnByType: ReadonlyMap<string, number>;
  /** Of each event type, the states that have transitions for it themselves. */
  readonly statesByType: ReadonlyMap<string, readonly string[]>;
  /**
   * By leaf, then by event type: the transitions in the order in which they are asked; null where the machine has
   * none, empty where it has stopped before them.
   */
  readonly rows: readonly (readonly (readonly Candidate<C, E>[] | null)[])[];
}

/** Walks a machine's states once. Throws `UnsupportedFeature` if it has something that tables cannot run. */
export function compileMachine<C extends object, E extends EventObject>(
  machine: AnyStateMachine,
): MachineTables<C, E> {
  refuseUnsupported(machine);
  const nodes = nodesUnder(machine.root).filter(({ parent }) => parent !== undefined);
  const leafNodes = nodes.filter(({ type }) => type !== 'compound');
  const leaves = leafNodes.map(leafOf);
  const initial = initialOf<C>(machine);
  const clone = clonerOf(initial.context);
  const types = [...new Set(nodesUnder(machine.root).flatMap(({ transitions }) => [...transitions.keys()]))];
  return {
    id: machine.id,
    initial,
    leaves,
    leafByName: new Map(
      nodes.map((node) => [dottedName(node), leafNodes.indexOf(descent(node).at(-1) ?? node)]),
    ),
    columnByType: new Map(types.map((type, column) => [type, column])),
    statesByType: statesByType(machine),
    rows: leafNodes.map((leaf) => types.map((type) => cellOf<C, E>(machine, clone, leaf, type))),
  };
}

function initialOf<C>(machine: AnyStateMachine): MachineState<C> {
  const snapshot = initialSnapshot(machine);
  if (Object.keys(snapshot.children).length === 0) return atRest(snapshot);
  throw new UnsupportedFeature('spawn', 'in the initial context');
}

function cellOf<C extends object, E>(
  machine: AnyStateMachine,
  clone: (context: C) => C,
  leaf: AnyStateNode,
  type: string,
): readonly Candidate<C, E>[] | null {
  if (!lineage(leaf).some(({ transitions }) => transitions.has(type))) return null;
  if (leafOf(leaf).isFinal) return [];
  const asked = lineage(leaf).flatMap(({ transitions }) => transitions.get(type) ?? []);
  return asked.map((transition) => candidateOf<C, E>(machine, clone, leaf, transition));
}

function candidateOf<C extends object, E>(
  machine: AnyStateMachine,
  clone: (context: C) => C,
  leaf: AnyStateNode,
  transition: AnyTransitionDefinition,
): Candidate<C, E> {
  const { source, eventType, guard, actions } = transition;
  const where = `on ${eventType} in the state ${source.id}`;
  const { left, entered, leaf: after } = passageOf(leaf, transition);
  const to = leafOf(after);
  const updatesOf = (run: readonly Action[], at: string): Update<C, E>[] =>
    run.map((action) => updateOf<C, E>(machine, action, clone, at));
  const updates = [
    ...left.flatMap((node) => updatesOf(node.exit, `exit of the state ${node.id}`)),
    ...updatesOf(actions, where),
    ...entered.flatMap(({ node, isDefault }) => [
      ...updatesOf(node.entry, `entry of the state ${node.id}`),
      ...(isDefault ? updatesOf(node.initial.actions, `initial of the state ${node.id}`) : []),
    ]),
    ...(to.isFinal
      ? lineage(after).flatMap((node) => updatesOf(node.exit, `exit of the state ${node.id}`))
      : []),
  ];
  const changes = updates.length > 0 || after !== leaf;
  const name =
    typeof guard === 'string' ? `'${guard}' ` : typeof guard === 'object' ? `'${guard.type}' ` : '';
  return {
    guards: testsOf(machine, leaf, transition, where),
    updates,
    to: changes ? to : null,
    label: `guard ${name}in transition for event '${eventType}' in state node '${source.id}'`,
  };
}

function testsOf(
  machine: AnyStateMachine,
  leaf: AnyStateNode,
  transition: AnyTransitionDefinition,
  where: string,
): GuardTest[] {
  try {
    return guardTests(machine, transition, lineage(leaf));
  } catch (cause) {
    throw new UnsupportedFeature(cause instanceof Error ? cause.message : String(cause), where);
  }
}

function leafOf(node: AnyStateNode): Leaf {
  return { value: dottedName(node), isFinal: node.type === 'final' && node.parent === node.machine.root };
}

function dottedName({ path }: AnyStateNode): string {
  return path.join('.');
}
