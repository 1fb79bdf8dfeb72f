import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { MAX_BATCH_BYTES } from './settings.ts';
import { whenOver } from './when-over.ts';

/** What bodies with events may take of the memory, all together. */
const BODY_BYTES_MOST = 8 * MAX_BATCH_BYTES;

/**
 * The memory that bodies with events take, each from before it is read until it is answered: so no more are read than
 * the log takes in.
 */
export class BodyBudget {
  #bytes = 0;

  /** Makes room for a body; throws a Problem (503, come back later) if there is none. */
  take({ headers }: FastifyRequest, reply: FastifyReply): void {
    const stated = Number(headers['content-length'] ?? Number.NaN);
    const bytes = Number.isNaN(stated) ? MAX_BATCH_BYTES : Math.min(stated, MAX_BATCH_BYTES);
    if (this.#bytes + bytes > BODY_BYTES_MOST) {
      const detail = `${this.#bytes} bytes of events wait for the log already. The event is not in the log. Send it again later.`;
      throw new Problem('unavailable', detail, { outcome: 'not-taken' }, { 'retry-after': '5' });
    }
    this.#bytes += bytes;
    whenOver(reply.raw, () => {
      this.#bytes -= bytes;
    });
  }
}
