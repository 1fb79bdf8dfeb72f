import type { AnyEventObject, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import type { Phase } from '../../machines/phase.ts';
import { conjuncts, type Guard, guardHolds, guardName } from '../roll/guards.ts';
import { nodesOf } from '../roll/xstate-kernel.ts';
import type { Openness } from './documents.ts';

interface At {
  readonly value: string;
  readonly context: object;
}

/** Every transition of a state and those around it, in the order in which they are asked. Pure. */
export function opennessIn(machine: AnyStateMachine, at: At, phase: Phase): Openness[] {
  return candidates(machine, at.value).map(({ id, definition }) => {
    const judged = guardsOf(definition).map((guard) => ({
      name: guardName(guard),
      verdict: probe(machine, guard, at, definition.eventType, phase),
    }));
    const named = (wanted: string) =>
      judged.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
    const refusedBy = named('refuses');
    return {
      id,
      event: definition.eventType,
      isOpen: refusedBy.length === 0,
      refusedBy,
      dependsOn: named('depends'),
    };
  });
}

/** The id of the transition that an event takes; null if none is open. Pure. */
export function takenTransition(machine: AnyStateMachine, at: At, event: AnyEventObject): string | null {
  const taken = candidates(machine, at.value).find(
    ({ definition }) =>
      definition.eventType === event.type &&
      guardsOf(definition).every((guard) =>
        guardHolds(machine, guard, { context: at.context, event }, nodesOf(machine, at.value)),
      ),
  );
  return taken?.id ?? null;
}

interface Candidate {
  readonly id: string;
  readonly definition: AnyTransitionDefinition;
}

function candidates(machine: AnyStateMachine, value: string): Candidate[] {
  const nodes = nodesOf(machine, value);
  if (nodes[0]?.type === 'final') return [];
  return nodes.flatMap((node) =>
    [...node.transitions].flatMap(([event, definitions]) =>
      definitions.map((definition, index) => ({
        id: `${node.path.join('.')}#${event}#${index}`,
        definition,
      })),
    ),
  );
}

function guardsOf({ guard }: AnyTransitionDefinition): Guard[] {
  return guard === undefined ? [] : conjuncts(guard);
}

/**
 * Asks a guard with an event that has no payload yet, and sees whether it looks for one. (The kernel's `explain`
 * judges an event that is there; here it is what a guard would say to any.)
 */
function probe(
  machine: AnyStateMachine,
  guard: Guard,
  { value, context }: At,
  type: string,
  phase: Phase,
): 'holds' | 'refuses' | 'depends' {
  let isAsked = false;
  const ask = () => {
    isAsked = true;
    return undefined;
  };
  const event = Object.defineProperties(
    { type, phase },
    { data: { get: () => new Proxy({}, { get: ask }) }, side: { get: ask } },
  );
  try {
    const verdict = guardHolds(machine, guard, { context, event }, nodesOf(machine, value));
    if (isAsked) return 'depends';
    return verdict ? 'holds' : 'refuses';
  } catch {
    return 'depends';
  }
}
