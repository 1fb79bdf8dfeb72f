import type { JetStreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from 'nats';
import { MAX_EVENT_BYTES } from '../../../events/limits.ts';
import { ALL_EVENTS, EVENTS_STREAM } from '../subjects.ts';
import { fitStream, StreamUnfitError } from './fit-stream.ts';

/** Bytes that a message's headers may take: message id, expectations, batch. */
const HEADER_BYTES = 4_096;
const DUPLICATE_WINDOW_MS = 120_000;

export interface StreamAbilities {
  /** Whether it takes atomic batches. */
  readonly isAtomic: boolean;
  /** Whether there are several copies of it. */
  readonly isReplicated: boolean;
}

/**
 * Makes the stream of all rolls' events, or checks and mends the one there is. Resolves to what it can. Throws
 * StreamUnfitError when the server or the stream can't do with what is needed.
 */
export async function ensureEventsStream(
  connection: NatsConnection,
  manager: JetStreamManager,
  replicas: number,
): Promise<StreamAbilities> {
  const { max_payload: maxPayload = 0 } = connection.info ?? {};
  if (maxPayload < MAX_EVENT_BYTES + HEADER_BYTES) {
    const needed = MAX_EVENT_BYTES + HEADER_BYTES;
    throw new StreamUnfitError(
      'max_payload',
      `the NATS server takes messages of ${maxPayload} bytes; events need ${needed}. Set max_payload: ${needed} in its configuration.`,
    );
  }
  const isAtomic = hasAtomicBatches(connection);
  const settings = {
    subjects: [ALL_EVENTS],
    deny_delete: true,
    deny_purge: true,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    ...(isAtomic ? { allow_atomic: true } : {}),
  };
  await fitStream(manager, EVENTS_STREAM, settings, replicas);
  const { config } = await manager.streams.info(EVENTS_STREAM);
  return { isAtomic, isReplicated: config.num_replicas > 1 };
}

/** Whether the server that we are connected to knows atomic batches: nats-server 2.12 and later. */
export function hasAtomicBatches({ info }: NatsConnection): boolean {
  return isAtLeast(info?.version ?? '0', 2, 12);
}

/** Whether a server's version is this one or a later one. */
function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}
