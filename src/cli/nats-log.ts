import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { connectToNats, NatsUnreachableError } from '../log/jetstream/connect.ts';
import { StreamUnfitError } from '../log/jetstream/fit-stream.ts';
import { openJetStreamLog } from '../log/jetstream/jetstream-log.ts';
import type { EventLog } from '../log/port.ts';
import { EVENTS_STREAM } from '../log/subjects.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

export interface NatsLog {
  readonly log: EventLog;
  readonly connection: NatsConnection;
  /** Closes the log, then its connection. */
  close(): Promise<void>;
}

/** Opens the log behind a NATS server; to `write`, it is made where there is none. */
export async function openNatsLog(url: string, purpose: 'read' | 'write'): Promise<NatsLog> {
  const options = { name: 'muster command', maxReconnectAttempts: -1 };
  const connection = await connectToNats(url, options).catch((cause: unknown) => {
    if (!(cause instanceof NatsUnreachableError)) throw cause;
    throw new CommandFailure(EXIT.unreachable, cause.message, { cause });
  });
  const host = connection.getServer();
  try {
    if (purpose === 'read') await requireLog(connection, host);
    const log = await openJetStreamLog(connection);
    return {
      log,
      connection,
      async close() {
        await log.close();
        await connection.drain();
      },
    };
  } catch (cause) {
    await connection.close();
    if (cause instanceof CommandFailure) throw cause;
    if (cause instanceof StreamUnfitError) {
      throw new CommandFailure(EXIT.inputWrong, cause.message, { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the NATS server at ${host} keeps no log (${why}; it needs JetStream); start one that does, or name another with --nats`;
    throw new CommandFailure(EXIT.unreachable, message, { cause });
  }
}

/**
 * Who only reads must not leave streams behind on a server that has nothing of ours. Asks for our stream alone: an
 * account may hide which others there are.
 */
async function requireLog(connection: NatsConnection, host: string): Promise<void> {
  const manager = await jetstreamManager(connection);
  try {
    await manager.streams.info(EVENTS_STREAM);
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError && cause.code === JetStreamApiCodes.StreamNotFound)) throw cause;
    throw new CommandFailure(
      EXIT.inputWrong,
      `the NATS server at ${host} has no rolls; name another with --nats`,
      { cause },
    );
  }
}
