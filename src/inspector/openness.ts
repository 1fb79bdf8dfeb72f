import type { AnyEventObject, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { Phase } from '../../machines/phase.ts';
import { conjuncts, guardName } from '../roll/xstate-kernel.ts';

interface At {
  readonly value: string;
  readonly context: object;
}

/** Whether a transition of the present state can be taken, as far as that is known before its event has a payload. */
export interface Openness {
  /** As in the chart. */
  readonly id: string;
  readonly event: string;
  readonly isOpen: boolean;
  /** The guards that refuse whatever the payload. */
  readonly refusedBy: readonly string[];
  /** The guards that the payload decides. */
  readonly dependsOn: readonly string[];
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
      guardsOf(definition).every((guard) => holds(machine, guard, { context: at.context, event })),
  );
  return taken?.id ?? null;
}

interface Candidate {
  readonly id: string;
  readonly definition: AnyTransitionDefinition;
}

function candidates(machine: AnyStateMachine, value: string): Candidate[] {
  const found: Candidate[] = [];
  let node: AnyStateNode | undefined = machine.getStateNodeById(`${machine.id}.${value}`);
  for (; node !== undefined; node = node.parent) {
    const source = node.path.join('.');
    for (const [event, definitions] of node.type === 'final' ? [] : node.transitions) {
      for (const [index, definition] of definitions.entries()) {
        found.push({ id: `${source}#${event}#${index}`, definition });
      }
    }
    if (node.type === 'final') return [];
  }
  return found;
}

type Guard = NonNullable<AnyTransitionDefinition['guard']>;

function guardsOf({ guard }: AnyTransitionDefinition): Guard[] {
  return guard === undefined ? [] : conjuncts(guard);
}

function holds(
  { implementations }: AnyStateMachine,
  guard: Guard,
  args: { readonly context: object; readonly event: AnyEventObject },
): boolean {
  const name = typeof guard === 'object' ? guard.type : String(guard);
  const params = typeof guard === 'object' ? guard.params : undefined;
  return implementations.guards[name]?.(args, params) ?? false;
}

/** Asks a guard with an event that has no payload yet, and sees whether it looks for one. */
function probe(
  machine: AnyStateMachine,
  guard: Guard,
  { context }: At,
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
    const verdict = holds(machine, guard, { context, event });
    if (isAsked) return 'depends';
    return verdict ? 'holds' : 'refuses';
  } catch {
    return 'depends';
  }
}
