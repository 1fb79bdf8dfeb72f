import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyReply } from 'fastify';
import { rollName } from '../../events/ids.ts';
import type { LiveRoll } from '../service/service.ts';
import { framesOf } from './event-frames.ts';
import { Problem } from './problem.ts';
import type { HttpSettings } from './settings.ts';
import { whenOver } from './when-over.ts';

/** Milliseconds after which a browser that lost its stream comes back. */
const RETRY_MS = 1_000;

/** Why a stream's `ending` was aborted, where its reader took nothing. */
const STALLED = new Error('The reader took nothing');

/**
 * How long all wait after a write for what comes next, to write it at once: as much for each that is open, up to a
 * limit. So writes do not grow with readers, what comes alone goes out at once, and few readers never wait.
 */
const PAUSE_MS = { each: 0.4, most: 200 };

/** `stalled`: it took nothing for a while; `behind`: what comes next for it is kept no more. */
type DropReason = 'stalled' | 'behind';

/** The streams of server-sent events that are open (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export class EventStreams {
  readonly #settings: HttpSettings;
  readonly #logger: FastifyBaseLogger;
  readonly #onStalled: () => void;
  readonly #open = new Map<AbortController, Promise<void>>();
  readonly #closing = new AbortController();
  #pausing: Promise<void> | undefined;

  /** `onStalled`: told of each reader that is dropped because it takes nothing; the roll itself knows of one that is behind. */
  constructor(settings: HttpSettings, logger: FastifyBaseLogger, onStalled: () => void) {
    this.#settings = settings;
    this.#logger = logger;
    this.#onStalled = onStalled;
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * Sends the updates of a roll after an entry (null: from now on) until the reader goes, the server closes or
   * the reader is too slow: then a last event `dropped` says so. Where the log has no such entry, as after it was
   * replaced, a first event `reset` says so, and updates go on from now on. Throws a Problem if too many streams are
   * open.
   */
  start(reply: FastifyReply, roll: LiveRoll, after: number | null): void {
    if (this.#closing.signal.aborted)
      throw new Problem('unavailable', 'The server is closing. Come back in a moment.');
    if (this.#open.size >= this.#settings.maxStreams) {
      throw new Problem(
        'unavailable',
        `${this.#settings.maxStreams} streams are open, and there can't be more. Close one or come back later.`,
        {},
        { 'retry-after': '30' },
      );
    }
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      // Ends with the stream: a connection that lingers would hold up the shutdown.
      connection: 'close',
      'x-accel-buffering': 'no',
    });
    const ending = new AbortController();
    const running = this.#run(response, roll, after, ending)
      .catch((error: unknown) => {
        if (!ending.signal.aborted) this.#logger.error({ err: error }, 'An event stream broke off');
      })
      .finally(() => {
        response.end();
        this.#open.delete(ending);
      });
    this.#open.set(ending, running);
  }

  /** Ends every stream, and resolves when all have ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const ending of this.#open.keys()) ending.abort();
    await Promise.all(this.#open.values());
  }

  async #run(
    response: ServerResponse,
    roll: LiveRoll,
    after: number | null,
    ending: AbortController,
  ): Promise<void> {
    whenOver(response, () => ending.abort());
    response.on('error', () => ending.abort());
    const heartbeat = setInterval(() => {
      // A comment alone: some readers take each blank line for a message, be it an empty one.
      if (!response.writableNeedDrain) response.write(':\n');
    }, this.#settings.heartbeatMs);
    let resumeFrom = after;
    try {
      await this.#write(response, `retry: ${RETRY_MS}\n`, ending);
      if (after !== null && !(await roll.has(after, ending.signal)) && !ending.signal.aborted) {
        resumeFrom = roll.summary.seq;
        await this.#write(response, this.#reset(roll, after), ending);
      }
      for await (const updates of roll.updateBatches(resumeFrom, ending.signal)) {
        const frames = framesOf(updates, resumeFrom);
        resumeFrom = frames.last;
        const sending = frames.traces.map((trace) => trace.begin('muster send'));
        await this.#write(response, frames.bytes, ending);
        for (const span of sending) span.end();
        if (ending.signal.aborted) break;
        await this.#pause();
      }
    } catch (error) {
      if (ending.signal.reason !== STALLED) throw error;
    } finally {
      clearInterval(heartbeat);
    }
    if (ending.signal.reason === STALLED) await this.#drop(response, roll, resumeFrom, 'stalled');
    else if (!ending.signal.aborted) await this.#drop(response, roll, resumeFrom, 'behind');
  }

  /** Tells a reader that it asked for what comes after an entry that the log does not have, and where it goes on. */
  #reset({ summary: { roll, seq } }: LiveRoll, asked: number): string {
    this.#logger.info(
      { roll: rollName(roll), seq, asked },
      'A reader resumed a stream after an entry that the log does not have',
    );
    return `id: ${seq}\nevent: reset\ndata: ${JSON.stringify({ reason: 'beyond', after: seq, seq })}\n\n`;
  }

  /** The rest of the pause that all make who have written. */
  #pause(): Promise<void> | undefined {
    const ms = Math.floor(Math.min(PAUSE_MS.each * this.#open.size, PAUSE_MS.most));
    if (ms === 0) return undefined;
    this.#pausing ??= delay(ms).then(() => {
      this.#pausing = undefined;
    });
    return this.#pausing;
  }

  /** Resolves when the reader has room for more; aborts the stream if it takes nothing. */
  async #write(
    response: ServerResponse,
    content: string | Uint8Array,
    ending: AbortController,
  ): Promise<void> {
    const { signal } = ending;
    if (signal.aborted || response.write(content)) return;
    const stalled = setTimeout(() => ending.abort(STALLED), this.#settings.slowReaderMs);
    try {
      await once(response, 'drain', { signal });
    } finally {
      clearTimeout(stalled);
    }
  }

  /** Ends the stream of a reader that is too slow with an event that says so, if the reader takes that one yet. */
  async #drop(
    response: ServerResponse,
    { summary: { roll, seq } }: LiveRoll,
    after: number | null,
    reason: DropReason,
  ): Promise<void> {
    if (reason === 'stalled') this.#onStalled();
    const place = after === null ? '' : `id: ${after}\n`;
    response.end(`${place}event: dropped\ndata: ${JSON.stringify({ reason, after, seq })}\n\n`);
    // A response that is destroyed "finishes" too, so the time is what tells.
    const late = AbortSignal.timeout(this.#settings.slowReaderMs);
    const signal = AbortSignal.any([late, this.#closing.signal]);
    const isTold = await finished(response, { signal }).then(
      () => true,
      () => false,
    );
    if (!isTold) response.destroy();
    this.#logger.warn(
      { roll: rollName(roll), seq: after, behind: seq - (after ?? seq), reason, isTold },
      'Dropped a reader of a stream that was too slow',
    );
  }
}
