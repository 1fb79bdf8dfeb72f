import { connectToNats, NatsUnreachableError } from '../log/jetstream/connect.ts';
import { StreamUnfitError } from '../log/jetstream/fit-stream.ts';
import { openJetStreamLog } from '../log/jetstream/jetstream-log.ts';
import type { EventLog } from '../log/port.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

export interface NatsLog {
  readonly log: EventLog;
  /** Closes the log, then its connection. */
  close(): Promise<void>;
}

/** Opens the log behind a NATS server. */
export async function openNatsLog(url: string): Promise<NatsLog> {
  const unreachable = (why: string, cause: unknown) =>
    new CommandFailure(EXIT.unreachable, `${why}; start one, or name another with --nats`, { cause });
  const connection = await connectToNats(url, { name: 'muster play', maxReconnectAttempts: -1 }).catch(
    (cause: unknown) => {
      if (!(cause instanceof NatsUnreachableError)) throw cause;
      throw new CommandFailure(EXIT.unreachable, cause.message, { cause });
    },
  );
  const log = await openJetStreamLog(connection).catch(async (cause: unknown) => {
    await connection.close();
    if (cause instanceof StreamUnfitError)
      throw new CommandFailure(EXIT.inputWrong, cause.message, { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreachable(`the NATS server keeps no log (${why}; it needs JetStream)`, cause);
  });
  return {
    log,
    async close() {
      await log.close();
      await connection.drain();
    },
  };
}
