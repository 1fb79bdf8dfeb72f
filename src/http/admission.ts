import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from './access.ts';
import { requireAnyRight, requireReader, requireWriter } from './gate.ts';
import { OPERATIONS, type OperationId } from './operations.ts';
import { EVERY_THEATRE } from './tokens-file.ts';

/** The pages: whoever may see nothing is sent to sign in. */
export const PAGES: ReadonlySet<OperationId> = new Set(['dashboard', 'modelPage'] as const);

/** What anybody may have: whether the service is well, and scripts and styles, which tell nothing of any roll. */
const OPEN: ReadonlySet<OperationId> = new Set([
  'dashboardAsset',
  'modelAsset',
  'getHealth',
  'getReadiness',
] as const);

/** Whether an operation may be refused for want of a token (401, 403). A page sends to the sign-in instead. */
export const isGuarded = (id: OperationId): boolean => !OPEN.has(id) && !PAGES.has(id);

/** What tells of every roll at once. */
const OF_ALL: ReadonlySet<OperationId> = new Set(['getMetrics'] as const);

const addressSchema = z.object({ theatre: z.string() });

/** Refuses an operation to whom the server does not let: an address with a theatre in it goes by that theatre. */
export function admit(access: Access, id: OperationId, request: FastifyRequest): void {
  const { method, params } = OPERATIONS[id];
  if (OPEN.has(id)) return;
  if (OF_ALL.has(id)) requireReader(request.caller, EVERY_THEATRE);
  else if (!('theatre' in params.shape)) requireAnyRight(request.caller);
  else {
    const { theatre } = addressSchema.parse(request.params);
    if (method === 'GET') requireReader(request.caller, theatre);
    else requireWriter(access, request.caller, theatre);
  }
}
