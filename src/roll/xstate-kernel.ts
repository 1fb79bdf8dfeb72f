import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type ContextFrom,
  createActor,
  type EventFromLogic,
  type StateValue,
} from 'xstate';
import { guardTests, impasseOf } from './guards.ts';
import type { Kernel, MachineState } from './kernel.ts';
import { statesByType } from './machine-features.ts';
import { lineage } from './passage.ts';

/**
 * The reference kernel: XState's own interpreter decides every step. One inert scope serves all steps, which is
 * five times as fast as XState's `transition()` and gives the same (machines without children only).
 */
export function createXStateKernel<M extends AnyStateMachine>(
  machine: M,
): Kernel<ContextFrom<M>, EventFromLogic<M>> {
  const scope = inertScope(machine);
  const typesByState = new Map<string, ReadonlySet<string>>();
  const states = statesByType(machine);

  return {
    initial: atRest(initialSnapshot(machine)),

    step({ value, context, isFinal }, event) {
      if (isFinal) return null;
      const before = machine.resolveState({ value: nested(value), context });
      const after = machine.transition(before, event, scope);
      return after === before ? null : atRest(after);
    },

    takes(value, eventType) {
      let types = typesByState.get(value);
      if (types === undefined) {
        types = new Set(nodesOf(machine, value).flatMap((node) => [...node.transitions.keys()]));
        typesByState.set(value, types);
      }
      return types.has(eventType);
    },

    takenIn: (eventType) => states.get(eventType) ?? [],

    resolve(value, context) {
      return atRest(machine.resolveState({ value: nested(value), context }));
    },

    explain({ value, context, isFinal }, event) {
      if (isFinal) return { guards: [] };
      const nodes = nodesOf(machine, value);
      const transitions = nodes.flatMap((node) => node.transitions.get(event.type) ?? []);
      const asked = transitions.map((transition) => guardTests(machine, transition, nodes));
      return impasseOf(asked, { context, event });
    },
  };
}

/** The machine before its first event; what its entry does has happened. Throws what that threw. */
export function initialSnapshot(machine: AnyStateMachine): AnyMachineSnapshot {
  const snapshot: AnyMachineSnapshot = machine.getInitialSnapshot(inertScope(machine));
  if (snapshot.status === 'error') throw snapshot.error;
  return snapshot;
}

/** A snapshot as plain data. */
export function atRest({
  value,
  context,
  status,
}: AnyMachineSnapshot): MachineState<AnyMachineSnapshot['context']> {
  return { value: dotted(value), context, isFinal: status === 'done' };
}

function inertScope(machine: AnyStateMachine): AnyActorScope {
  const self = createActor(machine);
  return {
    self,
    system: self.system,
    id: self.id,
    sessionId: self.sessionId,
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: () => {},
  };
}

function dotted(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? name : `${name}.${dotted(inner)}`))
    .join(',');
}

function nested(value: string): StateValue {
  const dot = value.indexOf('.');
  return dot < 0 ? value : { [value.slice(0, dot)]: nested(value.slice(dot + 1)) };
}

/** The state node of that name and its ancestors, innermost first: the order in which they are asked. */
export function nodesOf(machine: AnyStateMachine, value: string): AnyStateNode[] {
  return lineage(machine.getStateNodeById(`${machine.id}.${value}`));
}
