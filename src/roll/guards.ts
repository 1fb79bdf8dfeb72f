import {
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  type EventObject,
  matchesState,
  type StateValue,
} from 'xstate';
import type { Impasse } from './kernel.ts';

export type Guard = NonNullable<AnyTransitionDefinition['guard']>;

/** What a guard is asked with. */
export interface GuardArgs {
  readonly context: unknown;
  readonly event: EventObject;
}

type Predicate = (args: GuardArgs, params: unknown) => unknown;

/** A guard that is ready to be asked: `holds(args, params)` is truthy if it lets an event pass. */
export interface GuardTest {
  readonly name: string;
  readonly holds: Predicate;
  readonly params: unknown;
}

/** The guards that must all hold: those of an `and`, or the one. */
export function conjuncts(guard: Guard): Guard[] {
  return combinator(guard) === 'and' ? partsOf(guard).flatMap(conjuncts) : [guard];
}

/** A guard as people read it: its name, and what it asks for. */
export function guardName(guard: Guard): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object') {
    const params = Object.values(guard.params ?? {});
    return params.length === 0 ? guard.type : `${guard.type} ${params.join(' ')}`;
  }
  const parts = partsOf(guard).map(guardName);
  switch (combinator(guard)) {
    case 'and':
      return `(${parts.join(' and ')})`;
    case 'or':
      return `(${parts.join(' or ')})`;
    case 'not':
      return `not ${parts.join()}`;
    case 'stateIn':
      return `in ${JSON.stringify(stateInOf(guard))}`;
    default:
      return guard.name || 'a guard without a name';
  }
}

/**
 * The tests of a transition's guard, in the order in which they are asked; all must hold. `active` are the state
 * nodes that are active then, innermost first. Throws if the machine does not implement a guard.
 */
export function guardTests(
  machine: AnyStateMachine,
  { guard }: AnyTransitionDefinition,
  active: readonly AnyStateNode[],
): GuardTest[] {
  return guard === undefined ? [] : conjuncts(guard).map((one) => guardTest(machine, one, active));
}

/** Whether a guard lets an event pass. */
export function guardHolds(
  machine: AnyStateMachine,
  guard: Guard,
  args: GuardArgs,
  active: readonly AnyStateNode[],
): boolean {
  return holds(guardTest(machine, guard, active), args);
}

/** Why no transition was taken, of all that were asked, each with its tests. A forbidden event has no guard to name. */
export function impasseOf(asked: readonly (readonly GuardTest[])[], args: GuardArgs): Impasse {
  let furthest = 0;
  let guards = new Set<string>();
  for (const tests of asked) {
    const passed = tests.findIndex((test) => !holds(test, args));
    const refusing = tests[passed];
    if (refusing === undefined) return { guards: [] };
    if (passed > furthest) guards = new Set();
    furthest = Math.max(furthest, passed);
    if (passed === furthest) guards.add(refusing.name);
  }
  return { guards: [...guards] };
}

function holds(test: GuardTest, args: GuardArgs): boolean {
  return Boolean(test.holds(args, test.params));
}

function guardTest(machine: AnyStateMachine, guard: Guard, active: readonly AnyStateNode[]): GuardTest {
  const name = guardName(guard);
  const reference = typeof guard === 'string' ? guard : typeof guard === 'object' ? guard.type : null;
  const found: unknown = reference === null ? guard : machine.implementations.guards[reference];
  if (!isPredicate(found)) throw new Error(`the guard ${name} is not implemented`);
  if ('check' in found) return { name, holds: combined(machine, found, active), params: undefined };
  const params: unknown = typeof guard === 'object' ? guard.params : undefined;
  return isPredicate(params)
    ? { name, holds: (args) => found(args, params(args, undefined)), params: undefined }
    : { name, holds: found, params };
}

function combined(machine: AnyStateMachine, guard: Predicate, active: readonly AnyStateNode[]): Predicate {
  const tests = partsOf(guard).map((one) => guardTest(machine, one, active));
  switch (combinator(guard)) {
    case 'and':
      return (args) => tests.every((test) => holds(test, args));
    case 'or':
      return (args) => tests.some((test) => holds(test, args));
    case 'not':
      return (args) => !tests.some((test) => holds(test, args));
    case 'stateIn': {
      const isIn = isActive(machine, stateInOf(guard), active);
      return () => isIn;
    }
    default:
      throw new Error(`the guard ${guard.name} combines others in an unknown way`);
  }
}

function isActive(machine: AnyStateMachine, wanted: StateValue, active: readonly AnyStateNode[]): boolean {
  if (typeof wanted === 'string' && wanted.startsWith('#')) {
    return active.includes(machine.getStateNodeById(wanted));
  }
  return matchesState(wanted, active[0]?.path.join('.') ?? '');
}

/** Told by name: a machine may come from another build, with functions of another copy of XState. */
function combinator(guard: unknown): string | null {
  return typeof guard === 'function' && 'check' in guard ? guard.name : null;
}

function partsOf(guard: unknown): Guard[] {
  return typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards) ? guard.guards : [];
}

function stateInOf(guard: unknown): StateValue {
  if (typeof guard === 'function' && 'stateValue' in guard && isStateValue(guard.stateValue)) {
    return guard.stateValue;
  }
  throw new Error('stateIn names no state');
}

function isStateValue(value: unknown): value is StateValue {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function isPredicate(value: unknown): value is Predicate {
  return typeof value === 'function';
}
