import type { NatsConnection } from 'nats';
import type { Logger } from 'pino';
import type { Telemetry } from '../telemetry.ts';

/** Says in the log and in a number when the connection to NATS is lost and when it is back, until it is closed. */
export async function watchConnection(
  connection: NatsConnection,
  logger: Logger,
  telemetry: Telemetry,
): Promise<void> {
  let isConnected = true;
  telemetry.gauge('muster_nats_connected', '1 while there is a connection to a NATS server', () =>
    isConnected ? 1 : 0,
  );
  for await (const status of connection.status()) {
    switch (status.type) {
      case 'disconnect':
        isConnected = false;
        logger.warn({ server: status.server }, 'The connection to NATS is lost; trying again');
        break;
      case 'reconnect':
        isConnected = true;
        logger.info({ server: status.server }, 'The connection to NATS is back');
        break;
      case 'close':
        isConnected = false;
        break;
      case 'error':
        logger.warn({ err: status.error }, 'The NATS server or connection reports an error');
        break;
      case 'slowConsumer':
        logger.warn({ pending: status.pending }, 'NATS messages come faster than they are read');
        break;
      default:
        break;
    }
  }
}
