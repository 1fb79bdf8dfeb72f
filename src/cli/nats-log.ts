import { connect } from 'nats';
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
  const connection = await connect({ servers: url, name: 'muster play' }).catch((cause: unknown) => {
    const { host } = new URL(url.includes('://') ? url : `nats://${url}`);
    throw new CommandFailure(EXIT.unreachable, `no NATS server answers at ${host}`, { cause });
  });
  const log = await openJetStreamLog(connection);
  return {
    log,
    async close() {
      await log.close();
      await connection.drain();
    },
  };
}
