import { join } from 'node:path';
import type { Logger } from 'pino';
import { openEmbeddedLog } from '../log/embedded/embedded-log.ts';
import { connectToNats } from '../log/jetstream/connect.ts';
import { openJetStreamLog } from '../log/jetstream/jetstream-log.ts';
import { startLocalServer } from '../log/local-server.ts';
import type { EventLog } from '../log/port.ts';
import { openLeaseBucket } from './nats/lease-bucket.ts';
import { startMicroService } from './nats/micro-service.ts';
import { startOutputs } from './nats/outputs.ts';
import { watchConnection } from './nats/watch-connection.ts';
import type { Service } from './service.ts';
import { startService } from './start-service.ts';
import { Telemetry } from './telemetry.ts';
import type { Tracing } from './traces.ts';

export interface MusterOptions {
  /** Holds `log` (the embedded one), `checkpoints`, and `nats` (what a local server stores); made if missing. */
  readonly dataDirectory: string;
  /** The address of a NATS server to keep the log in, or `local` to start one; without it the log is embedded. */
  readonly nats?: string;
  /** Copies of every stream in a cluster, when this makes them; default 1. */
  readonly replicas?: number;
  /** Milliseconds after which other processes take the rolls of one that gives no sign of life; default 10,000. */
  readonly leaseMs?: number;
  /** Where traces are collected; without it there are none. */
  readonly tracing?: Tracing;
  readonly logger: Logger;
}

/** Muster put together, and not yet served to anybody but over NATS. */
export interface Muster {
  readonly service: Service;
  readonly log: EventLog;
  /** Where the nats-server listens that was started for it; null if none was. */
  readonly localNatsUrl: string | null;
  /**
   * Drains and closes everything, what depends on another first. May be called twice. What NATS did not get any
   * more of the outputs, it gets at the next start.
   */
  close(): Promise<void>;
}

/**
 * Opens the log, starts the service over it and, if the log is in NATS, publishes outputs and answers requests
 * there. Does not wait for the rolls to be current (`service.whenReady`).
 * Throws NatsUnreachableError, and what opening a log or starting a server throws (StoreHeldError,
 * StoreUnusableError, StreamUnfitError, NoServerError, ServerStartError); what was opened by then is closed.
 */
export async function openMuster(options: MusterOptions): Promise<Muster> {
  const { dataDirectory, nats, logger } = options;
  const { replicas = 1, leaseMs, tracing = null } = options;
  const lease = leaseMs === undefined ? {} : { leaseMs };
  /** What to close, the last first. */
  const open: { readonly what: string; readonly close: () => Promise<unknown> }[] = [];
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= closeInTurn(open.toReversed(), logger);
    return closing;
  };
  try {
    const server =
      nats === 'local' ? await startLocalServer({ directory: join(dataDirectory, 'nats') }) : null;
    if (server !== null) open.push({ what: 'nats-server', close: () => server.stop() });

    const url = server?.url ?? nats;
    const forever = { maxReconnectAttempts: -1, ignoreAuthErrorAbort: true };
    const connection = url === undefined ? null : await connectToNats(url, { name: 'muster', ...forever });
    if (connection !== null) open.push({ what: 'connection', close: () => connection.drain() });

    const log =
      connection === null
        ? await openEmbeddedLog(join(dataDirectory, 'log'))
        : await openJetStreamLog(connection, { replicas });
    open.push({ what: 'log', close: () => log.close() });

    const checkpoints = { directory: join(dataDirectory, 'checkpoints') };
    const leases =
      connection === null ? {} : { leases: { store: await openLeaseBucket(connection, replicas), ...lease } };
    const telemetry = new Telemetry(tracing);
    if (connection !== null) void watchConnection(connection, logger, telemetry);
    const service = await startService({ log, logger, checkpoints, telemetry, ...leases });
    open.push({ what: 'service', close: () => service.close() });

    if (connection !== null) {
      const { holdings } = service;
      const outputs = await startOutputs({ connection, holdings, log, logger, replicas, telemetry });
      open.push({ what: 'outputs', close: () => outputs.stop() });
      const micro = await startMicroService(connection, service, logger);
      open.push({ what: 'NATS service', close: () => micro.stop() });
    }
    return { service, log, localNatsUrl: server?.url ?? null, close };
  } catch (error) {
    await close().catch(() => {}); // logged; what went wrong first is what matters
    throw error;
  }
}

/** Closes everything, whatever fails on the way: that is logged, and thrown at the end. */
async function closeInTurn(
  open: readonly { readonly what: string; readonly close: () => Promise<unknown> }[],
  logger: Logger,
): Promise<void> {
  const failures: unknown[] = [];
  for (const { what, close } of open) {
    try {
      await close();
    } catch (error) {
      logger.error({ err: error }, `Closing the ${what} failed`);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Muster did not close cleanly');
}
