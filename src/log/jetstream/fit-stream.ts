import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';

/** The server, or a stream as somebody made it, can't do what is needed of it. `setting` is the one to change. */
export class StreamUnfitError extends Error {
  override readonly name = 'StreamUnfitError';
  readonly setting: string;

  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.setting = setting;
  }
}

const UNLIMITED = -1;
/** JetStream's err_code where a stream of that name is there with other settings. */
const NAME_IN_USE = 10058;

/** What every stream of ours needs: that nothing in it goes by itself, and that every message is acknowledged. */
const KEEP_ALL: Partial<StreamConfig> = {
  allow_direct: true,
  no_ack: false,
  max_age: 0,
  max_bytes: UNLIMITED,
  max_msgs: UNLIMITED,
  max_msgs_per_subject: UNLIMITED,
  max_msg_size: UNLIMITED,
};

/**
 * Makes a stream in files that keeps all it takes, with these settings; or mends the one there is. Throws
 * StreamUnfitError when it is there with settings that can't be changed.
 */
export async function fitStream(
  manager: JetStreamManager,
  name: string,
  settings: Partial<StreamConfig>,
  replicas: number,
): Promise<void> {
  const needed = { ...KEEP_ALL, ...settings };
  const existing = (await configOf(manager, name)) ?? (await made(manager, name, needed, replicas));
  if (existing === null) return;
  refuseUnchangeable(existing, needed);
  if (Object.entries(needed).some(([setting, value]) => !isMet(existing, setting, value))) {
    try {
      await manager.streams.update(name, needed);
    } catch (cause) {
      const lesser = Object.entries(needed).filter(([setting, value]) => !isMet(existing, setting, value));
      const names = lesser.map(([setting, value]) => `${setting} to ${JSON.stringify(value)}`).join(', ');
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StreamUnfitError(
        lesser[0]?.[0] ?? '',
        `stream ${name} is there with other settings, and the server refused to set ${names}: ${reason}`,
        { cause },
      );
    }
  }
}

/** Null once the stream is made; the settings of one that somebody else made meanwhile. */
async function made(
  manager: JetStreamManager,
  name: string,
  needed: Partial<StreamConfig>,
  replicas: number,
): Promise<StreamConfig | null> {
  const kept = { storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: replicas };
  try {
    await manager.streams.add({ name, ...kept, ...needed });
    return null;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NAME_IN_USE) return configOf(manager, name);
    throw error;
  }
}

async function configOf(manager: JetStreamManager, name: string): Promise<StreamConfig | null> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) {
      return null;
    }
    throw error;
  }
}

/** Settings that a server changes in no stream: to go on would lose messages or never get any. */
function refuseUnchangeable(existing: StreamConfig, settings: Partial<StreamConfig>): void {
  const must: readonly [string, unknown, unknown][] = [
    ['storage', existing.storage, StorageType.File],
    ['retention', existing.retention, RetentionPolicy.Limits],
    ['mirror', existing.mirror, undefined],
    ['sealed', existing.sealed ?? false, false],
    // Once set, it stays.
    ['deny_delete', existing.deny_delete === true && settings.deny_delete === false, false],
    ['deny_purge', existing.deny_purge === true && settings.deny_purge === false, false],
  ];
  for (const [setting, is, needed] of must) {
    if (is !== needed) {
      throw new StreamUnfitError(
        setting,
        `stream ${existing.name} has ${setting} ${JSON.stringify(is)}, needs ${JSON.stringify(needed) ?? 'none'}, and that can't be changed. ` +
          'Copy its messages elsewhere and remove it, or use another account or server.',
      );
    }
  }
}

function isMet(existing: StreamConfig, setting: string, value: unknown): boolean {
  const is: unknown = Object.entries(existing).find(([name]) => name === setting)?.[1];
  return JSON.stringify(is ?? false) === JSON.stringify(value) || (is === undefined && value === 0);
}
