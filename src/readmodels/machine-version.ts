import { hash } from 'node:crypto';
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { contingentMachine } from '../../machines/contingent.ts';
import { theatreMachine } from '../../machines/theatre.ts';

/**
 * Names what decides: a hash of both statecharts, the code of their guards and actions, and the catalogue. It
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
      catalogue: catalogue.map(({ type, scope, subject, data }) => [
        type,
        scope,
        subject,
        z.toJSONSchema(data, { io: 'input' }),
      ]),
    },
    (_key, value: unknown) => (typeof value === 'function' ? { source: value.toString(), ...value } : value),
  ),
).slice(0, 16);
