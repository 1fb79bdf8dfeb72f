import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';

/** How often a stream is asked how it is: half of what may pass until somebody should know. */
const EVERY_MS = 3_000;
/** Copies of a stream tell their leader each second that they are there. One that is silent for longer is gone. */
const SILENT_MS = 6_000;
const NANOS_PER_MS = 1_000_000;

/** A stream that takes nothing, in words. */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError';
}

/**
 * Gives an answer about a stream back. Throws NoLeaderError if nobody leads it, or too few of its copies follow: any
 * server that keeps a copy answers, and one that led goes on to say so for up to 20 seconds.
 */
export function requireLeader(info: StreamInfo): StreamInfo {
  const { config, cluster } = info;
  if (cluster === undefined) return info;
  const { leader, replicas = [] } = cluster;
  if (leader) {
    const silent = replicas.filter(({ active, offline }) => offline || active > SILENT_MS * NANOS_PER_MS);
    if (silent.length <= replicas.length / 2) return info;
  }
  const names = [...(leader ? [leader] : []), ...replicas.map(({ name }) => name)].sort().join(', ');
  throw new NoLeaderError(
    `${config.name} has no leader: too few of the NATS servers that keep it (${names}) reach each other; start those that are gone`,
  );
}

/** Asks a stream all the time how it is, so that somebody knows though nobody appends. */
export class StreamWatch {
  #trouble: string | null = null;

  /** `ask` throws what is wrong; it is asked while `isConnected`, until the signal aborts. */
  constructor(ask: () => Promise<unknown>, isConnected: () => boolean, ended: AbortSignal) {
    void this.#watch(ask, isConnected, ended);
  }

  /** Why the stream takes nothing, as far as was heard last; null if all was well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  async #watch(ask: () => Promise<unknown>, isConnected: () => boolean, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      if (isConnected()) {
        // One answer may come too late because this process was busy.
        this.#trouble = (await troubleOf(ask)) === null ? null : await troubleOf(ask);
      }
      await delay(EVERY_MS, undefined, { signal: ended, ref: false }).catch(() => undefined);
    }
  }
}

async function troubleOf(ask: () => Promise<unknown>): Promise<string | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    return error instanceof NoLeaderError || error instanceof JetStreamApiError
      ? error.message
      : 'it does not answer';
  }
}
