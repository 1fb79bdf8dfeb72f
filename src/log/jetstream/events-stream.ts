import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from 'nats';
import { MAX_EVENT_BYTES } from '../../../events/limits.ts';
import { ALL_EVENTS, EVENTS_STREAM } from '../subjects.ts';

/** The server, or the stream as somebody made it, can't keep a log. `setting` is the one to change. */
export class StreamUnfitError extends Error {
  override readonly name = 'StreamUnfitError';
  readonly setting: string;

  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.setting = setting;
  }
}

/** Bytes that a message's headers may take: message id, expectations, batch. */
const HEADER_BYTES = 4_096;
const DUPLICATE_WINDOW_MS = 120_000;
const UNLIMITED = -1;

/**
 * Makes the stream of all rolls' events, or checks and mends the one there is. Resolves to whether it takes
 * atomic batches. Throws StreamUnfitError when the server or the stream can't do with what is needed.
 */
export async function ensureEventsStream(
  connection: NatsConnection,
  manager: JetStreamManager,
  replicas: number,
): Promise<{ readonly isAtomic: boolean }> {
  const { version = '0', max_payload: maxPayload = 0 } = connection.info ?? {};
  if (maxPayload < MAX_EVENT_BYTES + HEADER_BYTES) {
    const needed = MAX_EVENT_BYTES + HEADER_BYTES;
    throw new StreamUnfitError(
      'max_payload',
      `the NATS server takes messages of ${maxPayload} bytes; events need ${needed}. Set max_payload: ${needed} in its configuration.`,
    );
  }
  const isAtomic = isAtLeast(version, 2, 12);
  const needed: Partial<StreamConfig> = {
    subjects: [ALL_EVENTS],
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    max_age: 0,
    max_bytes: UNLIMITED,
    max_msgs: UNLIMITED,
    max_msgs_per_subject: UNLIMITED,
    max_msg_size: UNLIMITED,
    ...(isAtomic ? { allow_atomic: true } : {}),
  };
  const existing = await configOf(manager);
  if (existing === null) {
    await manager.streams.add({
      name: EVENTS_STREAM,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: replicas,
      ...needed,
    });
    return { isAtomic };
  }
  refuseUnchangeable(existing);
  if (Object.entries(needed).some(([setting, value]) => !isMet(existing, setting, value))) {
    try {
      await manager.streams.update(EVENTS_STREAM, needed);
    } catch (cause) {
      const lesser = Object.entries(needed).filter(([setting, value]) => !isMet(existing, setting, value));
      const names = lesser.map(([setting, value]) => `${setting} to ${JSON.stringify(value)}`).join(', ');
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StreamUnfitError(
        lesser[0]?.[0] ?? '',
        `stream ${EVENTS_STREAM} is there with other settings, and the server refused to set ${names}: ${reason}`,
        { cause },
      );
    }
  }
  return { isAtomic };
}

async function configOf(manager: JetStreamManager): Promise<StreamConfig | null> {
  try {
    return (await manager.streams.info(EVENTS_STREAM)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) {
      return null;
    }
    throw error;
  }
}

/** Settings that a server changes in no stream: to go on would lose events or never get any. */
function refuseUnchangeable(existing: StreamConfig): void {
  const must: readonly [string, unknown, unknown][] = [
    ['storage', existing.storage, StorageType.File],
    ['retention', existing.retention, RetentionPolicy.Limits],
    ['mirror', existing.mirror, undefined],
    ['sealed', existing.sealed ?? false, false],
  ];
  for (const [setting, is, needed] of must) {
    if (is !== needed) {
      throw new StreamUnfitError(
        setting,
        `stream ${EVENTS_STREAM} has ${setting} ${JSON.stringify(is)}, needs ${JSON.stringify(needed) ?? 'none'}, and that can't be changed. ` +
          'Copy its messages elsewhere and remove it, or use another account or server.',
      );
    }
  }
}

function isMet(existing: StreamConfig, setting: string, value: unknown): boolean {
  const is: unknown = Object.entries(existing).find(([name]) => name === setting)?.[1];
  return JSON.stringify(is ?? false) === JSON.stringify(value) || (is === undefined && value === 0);
}

/** Whether a server's version is this one or a later one. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}
