import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { RollId } from '../../events/ids.ts';
import type { RollDocument } from '../readmodels/roll-document.ts';
import { noSuchRoll } from '../service/missing-roll.ts';
import type { LiveRoll, RollSummary, Service } from '../service/service.ts';
import { type Caller, covers } from './access.ts';
import { Problem } from './problem.ts';
import { DEFAULT_PAGE } from './settings.ts';

export function sendJson(
  reply: FastifyReply,
  body: unknown,
  status = 200,
  mediaType = 'application/json; charset=utf-8',
): FastifyReply {
  return reply.code(status).type(mediaType).send(JSON.stringify(body));
}

const CONTINGENTS_PER_PIECE = 500;

/** The roll document, written piece by piece: a large one takes a second, in which others have their turns. */
export function sendRoll(reply: FastifyReply, document: RollDocument): FastifyReply {
  if (document.contingents.length <= CONTINGENTS_PER_PIECE) return sendJson(reply, document);
  const pieces = Readable.from(piecesOf(document), { highWaterMark: 1 });
  return reply.type('application/json; charset=utf-8').send(pieces);
}

async function* piecesOf({ contingents, flows, refusals, ...about }: RollDocument): AsyncGenerator<string> {
  yield `${JSON.stringify(about).slice(0, -1)},"contingents":[`;
  for (let from = 0; from < contingents.length; from += CONTINGENTS_PER_PIECE) {
    const some = contingents.slice(from, from + CONTINGENTS_PER_PIECE);
    yield `${from === 0 ? '' : ','}${JSON.stringify(some).slice(1, -1)}`;
    await nextTurn();
  }
  yield `],"flows":${JSON.stringify(flows)},"refusals":${JSON.stringify(refusals)}}`;
}

/** How long an answer waits for a roll that is read for it. */
const PATIENCE_MS = 5_000;

/**
 * The roll of that name, a closed one too. One that this process did not follow is read first. Throws a Problem if there is none, or if
 * the reading takes long.
 */
export async function requireRoll(
  service: Service,
  id: RollId,
  caller: Pick<Caller, 'read'>,
): Promise<LiveRoll> {
  const roll = service.roll(id);
  if (roll !== undefined) {
    if (roll.summary.isCurrent || (await roll.whenCurrent(AbortSignal.timeout(PATIENCE_MS)))) return roll;
    throw new Problem(
      'unavailable',
      'The log of this roll is still being read. Ask again in a moment.',
      {},
      { 'retry-after': '1' },
    );
  }
  throw await missing(service, id, caller);
}

/** That there is no such roll, and what was probably meant, as far as the caller may know. */
export async function missing(
  service: Service,
  id: RollId,
  { read }: Pick<Caller, 'read'>,
  remedy = 'GET /api/rolls lists those there are.',
): Promise<Problem> {
  const what = await noSuchRoll(service, id, (theatre) => covers(read, theatre));
  return new Problem('not-found', `${what} ${remedy}`);
}

/** A roll in the list of rolls. */
export function rollItem(summary: RollSummary) {
  const { roll, title, basis, openedAs, base, isClosed = false, seq, isCurrent } = summary;
  return {
    ...roll,
    title,
    basis,
    openedAs,
    announced: openedAs !== null,
    closed: isClosed,
    base,
    seq,
    isCurrent,
  };
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
