import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';

export interface MessageRange {
  readonly stream: string;
  readonly filter: string;
  /** The stream's sequence to begin at, from 1. */
  readonly from: number;
  readonly headersOnly?: boolean;
  /** How often in a row to try again, each after a pause, when the server can't be reached. */
  readonly patience: number;
}

/** Messages asked for at a time: the most that wait here for a reader who is slow. */
const PAGE_MESSAGES = 500;
/** Milliseconds a request waits at the server; also how late a lost connection is looked into. */
const PAGE_EXPIRES_MS = 3_000;
/**
 * Silence after which a page is given up. A server ends each after its time even if it has nothing; but one that was
 * cut off from its cluster has the client ask on for ever.
 */
const SILENCE_MS = 4 * PAGE_EXPIRES_MS;
const PAUSE_MS = 100;

/**
 * The messages of a stream in their order, each once, first the stored ones, then each as it is stored, until the
 * signal aborts. The server going away and coming back shows as a pause only.
 *
 * Pages are fetched when the reader has done with the last one. consume() would not do: while a reader is slow it
 * takes the missing heartbeats for a lost consumer and asks for one more page each time.
 * Throws if the connection is closed, or the server stays away for longer than the patience.
 */
export async function* messages(
  connection: NatsConnection,
  js: JetStreamClient,
  range: MessageRange,
  ended: AbortSignal,
): AsyncGenerator<JsMsg, void, undefined> {
  let next = range.from;
  let failures = 0;
  while (!ended.aborted) {
    let consumer: Consumer | null = null;
    try {
      consumer = await js.consumers.get(range.stream, {
        filter_subjects: range.filter,
        opt_start_seq: next,
        headers_only: range.headersOnly ?? false,
      });
      while (!ended.aborted) {
        const page = await consumer.fetch({
          max_messages: PAGE_MESSAGES,
          expires: PAGE_EXPIRES_MS,
          idle_heartbeat: PAGE_EXPIRES_MS / 3,
        });
        let isAwaited = true;
        let isSilent = false;
        const silence = setTimeout(() => {
          isSilent = isAwaited;
          if (isSilent) page.stop();
        }, SILENCE_MS);
        const stop = () => {
          page.stop();
          // A reader who never comes back must not keep the process.
          clearTimeout(silence);
        };
        ended.addEventListener('abort', stop);
        try {
          for await (const message of page) {
            if (ended.aborted) {
              return;
            }
            silence.refresh();
            failures = 0;
            // A process that was stopped for seconds, or a consumer made anew, may be given some again.
            if (message.seq < next) {
              continue;
            }
            next = message.seq + 1;
            isAwaited = false;
            yield message;
            isAwaited = true;
            silence.refresh();
          }
          if (isSilent) {
            throw new Error(`the server gave no word of a page for ${SILENCE_MS} ms`);
          }
        } finally {
          clearTimeout(silence);
          ended.removeEventListener('abort', stop);
        }
      }
    } catch (cause) {
      if (ended.aborted) {
        return;
      }
      failures++;
      if (connection.isClosed() || failures > range.patience) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`cannot read ${range.filter} in ${range.stream} from ${next} on: ${reason}`, {
          cause,
        });
      }
    } finally {
      // Otherwise the server keeps it for five minutes after each read.
      consumer?.delete().catch(() => undefined);
    }
    await delay(PAUSE_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}
