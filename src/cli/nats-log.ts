import { connect } from 'nats';
import { StreamUnfitError } from '../log/jetstream/events-stream.ts';
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
  const whole = url.includes('://') ? url : `nats://${url}`;
  if (!URL.canParse(whole)) {
    throw new CommandFailure(
      EXIT.usage,
      "option '--nats <url>': give an address such as nats://127.0.0.1:4222",
    );
  }
  const { host } = new URL(whole);
  const unreachable = (why: string, cause: unknown) =>
    new CommandFailure(EXIT.unreachable, `${why}; start one, or name another with --nats`, { cause });
  const connection = await connect({ servers: whole, name: 'muster play' }).catch((cause: unknown) => {
    throw unreachable(`no NATS server answers at ${host}`, cause);
  });
  const log = await openJetStreamLog(connection).catch(async (cause: unknown) => {
    await connection.close();
    if (cause instanceof StreamUnfitError)
      throw new CommandFailure(EXIT.inputWrong, cause.message, { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreachable(`the NATS server at ${host} keeps no log (${why}; it needs JetStream)`, cause);
  });
  return {
    log,
    async close() {
      await log.close();
      await connection.drain();
    },
  };
}
