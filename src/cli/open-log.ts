import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { StoreHeldError } from '../log/embedded/holder.ts';
import { StoreMissingError, StoreUnusableError } from '../log/embedded/store-directory.ts';
import type { EventLog } from '../log/port.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** Where a log is: behind a NATS server, or in a data directory as `serve` has it. */
export type LogPlace = { readonly nats: string } | { readonly data: string };

export interface OpenedLog {
  readonly log: EventLog;
  /** The connection that the log has; null for an embedded one. */
  readonly connection: NatsConnection | null;
  close(): Promise<void>;
}

/** The log that the options name, the one in NATS before the embedded one; null if they name none. */
export function placeOf({ nats, data }: { readonly nats?: string; readonly data?: string }): LogPlace | null {
  if (nats !== undefined) return { nats };
  return data === undefined ? null : { data };
}

/**
 * Opens a log without a service. An embedded one can be read while a service writes it, and written only when
 * none does; what stands in the way ends the command.
 */
export async function openLog(place: LogPlace, purpose: 'read' | 'write'): Promise<OpenedLog> {
  // Each here: a command that needs neither NATS nor LMDB does not load them.
  if ('nats' in place) return (await import('./nats-log.ts')).openNatsLog(place.nats, purpose);
  const { openEmbeddedLog, openEmbeddedLogToRead } = await import('../log/embedded/embedded-log.ts');
  const directory = join(place.data, 'log');
  try {
    const log = await (purpose === 'read' ? openEmbeddedLogToRead(directory) : openEmbeddedLog(directory));
    return { log, connection: null, close: () => log.close() };
  } catch (cause) {
    if (cause instanceof StoreHeldError) {
      const message = `${cause.message} Stop that service first, or give its address with --server.`;
      throw new CommandFailure(EXIT.inputWrong, message, { cause });
    }
    if (cause instanceof StoreMissingError) {
      const message = `${cause.message}; name a service's data directory with --data, or its NATS server with --nats`;
      throw new CommandFailure(EXIT.inputWrong, message, { cause });
    }
    if (cause instanceof StoreUnusableError) {
      throw new CommandFailure(EXIT.inputWrong, cause.message, { cause });
    }
    throw cause;
  }
}
