import type { FastifyReply } from 'fastify';
import type { LiveRoll, RollSummary, Service } from '../service/service.ts';
import { Problem } from './problem.ts';
import { DEFAULT_PAGE } from './settings.ts';

export function sendJson(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

/** The roll of that name. Throws a Problem if there is none. */
export function requireRoll(service: Service, id: { theatre: string; timeline: string }): LiveRoll {
  const roll = service.roll(id);
  if (roll !== undefined) return roll;
  throw new Problem(
    'not-found',
    `There is no roll ${id.theatre}/${id.timeline}. GET /api/rolls lists those there are.`,
  );
}

/** A roll in the list of rolls. */
export function rollItem({ roll, title, basis, base, seq, isCurrent }: RollSummary) {
  return { ...roll, title, basis, base, seq, isCurrent };
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: number | null;
}

/** One page of a list by seq. `list` gives at most so many after a place; one more tells whether there is a next page. */
export async function pageOf<T extends { readonly seq: number }>(
  query: { after?: number | undefined; limit?: number | undefined },
  list: (after: number, limit: number) => readonly T[] | Promise<readonly T[]>,
): Promise<Page<T>> {
  const limit = query.limit ?? DEFAULT_PAGE;
  const found = await list(query.after ?? 0, limit + 1);
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
}
