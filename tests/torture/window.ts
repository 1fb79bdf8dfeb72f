import { jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from 'nats';
import { PATIENT } from './patient.ts';

/**
 * Takes the duplicate window away from MUSTER_OUT, as far as a server lets one (100 ms). The window forgives an
 * output written twice within two minutes, so every kill that is quick to follow another would pass unseen.
 */
export async function withoutDuplicateWindow(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection, PATIENT);
  await manager.streams.update('MUSTER_OUT', { duplicate_window: nanos(100) });
}
