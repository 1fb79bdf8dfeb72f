import { hash } from 'node:crypto';
import { catalogue } from '../../events/catalogue.ts';
import { upcasters } from '../../events/upcasters.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import { theatreMachine } from '../../machines/theatre.ts';

/**
 * Names what decides: a hash of both statecharts, the code of their guards and actions, the catalogue and its upcasters. It
 * stands on every roll document; a checkpoint made by another version is void (DESIGN 3).
 */
export const MACHINE_VERSION = hash(
  'sha256',
  JSON.stringify(
    {
      machines: [theatreMachine, contingentMachine].map(({ config, implementations }) => [
        config,
        implementations.guards,
        implementations.actions,
      ]),
      catalogue: catalogue.map(({ type, scope, subject, data }) => [type, scope, subject, data]),
      upcasters,
    },
    described,
  ),
).slice(0, 16);

/**
 * A value as JSON can tell it: a function by its code, a schema by its definition, its refinements and messages
 * among it (as JSON Schema it would lose those, and take ten times as long at every start).
 */
function described(_key: string, value: unknown): unknown {
  if (typeof value === 'function') return { source: value.toString(), ...value };
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Set || value instanceof Map) return [...value];
  return '_zod' in value && isDefined(value._zod) ? value._zod.def : value;
}

function isDefined(inside: unknown): inside is { readonly def: unknown } {
  return typeof inside === 'object' && inside !== null && 'def' in inside;
}
