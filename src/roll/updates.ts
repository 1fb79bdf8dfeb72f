import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { UnsupportedFeature } from './machine-features.ts';

export type Action = AnyStateNode['entry'][number];

/** What an assign is called with. Of the actor that XState gives it as well, a kernel has none. */
export class AssignArgs<C, E> {
  readonly context: C;
  readonly event: E;

  constructor(context: C, event: E) {
    this.context = context;
    this.event = event;
  }

  spawn(): never {
    throw new UnsupportedFeature('spawn', 'in an assign');
  }

  get self(): never {
    throw new UnsupportedFeature('self', 'in an assign');
  }

  get system(): never {
    throw new UnsupportedFeature('system', 'in an assign');
  }
}

type Expression<C, E> = (args: AssignArgs<C, E>, params: unknown) => unknown;

/** An `assign` of a machine that is ready to run: the context after it. */
export type Update<C, E> = (args: AssignArgs<C, E>) => C;

/**
 * An action as an update of the context; throws `UnsupportedFeature` for one that is anything but an `assign`. As
 * with XState there is a new context even where nothing changes; `clone` copies one.
 */
export function updateOf<C extends object, E>(
  { implementations }: AnyStateMachine,
  action: Action,
  clone: (context: C) => C,
  where: string,
): Update<C, E> {
  const name = typeof action === 'object' ? action.type : typeof action === 'string' ? action : action.name;
  const found: unknown = typeof action === 'function' ? action : implementations.actions[name];
  if (found === undefined) throw new UnsupportedFeature(`the action ${name}, not implemented`, where);
  if (typeof found !== 'function' || !('resolve' in found) || !('type' in found)) {
    throw new UnsupportedFeature(`the action ${name}, a function of its own`, where);
  }
  if (found.type !== 'xstate.assign' || !('assignment' in found)) {
    throw new UnsupportedFeature(`the action ${String(found.type).replace('xstate.', '')}`, where);
  }
  const changes = changesOf<C, E>(found.assignment);
  const params: unknown = typeof action === 'object' ? action.params : undefined;
  return isExpression<C, E>(params)
    ? (args) => Object.assign(clone(args.context), changes(args, params(args, undefined)))
    : (args) => Object.assign(clone(args.context), changes(args, params));
}

function changesOf<C, E>(assignment: unknown): Expression<C, E> {
  if (isExpression<C, E>(assignment)) return assignment;
  const fields: [string, unknown][] = Object.entries(assignment ?? {});
  return (args, params) => {
    const changes: Record<string, unknown> = {};
    for (const [key, value] of fields) {
      changes[key] = isExpression<C, E>(value) ? value(args, params) : value;
    }
    return changes;
  };
}

function isExpression<C, E>(value: unknown): value is Expression<C, E> {
  return typeof value === 'function';
}
