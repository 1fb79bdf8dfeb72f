import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from 'nats';
import { type LocalServer, serverVersion, startLocalServer } from '../../src/log/local-server.ts';

/** A real nats-server of its own for a suite: started on a free port, thrown away with its store at the end. */
export interface ThrowawayServer {
  readonly url: string;
  /** A new connection, closed at the end. It goes on trying when the server is away. */
  connect(): Promise<NatsConnection>;
  /** SIGKILL, no farewell. */
  kill(): Promise<void>;
  /** Starts it again on the same store and port. */
  restart(): Promise<void>;
  discard(): Promise<void>;
}

export async function startThrowawayServer(binary = 'nats-server'): Promise<ThrowawayServer> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-nats-'));
  let server: LocalServer = await startLocalServer({ directory, binary });
  const { url } = server;
  const port = Number(new URL(url).port);
  const connections: NatsConnection[] = [];
  return {
    url,
    async connect() {
      const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
      connections.push(connection);
      return connection;
    },
    async kill() {
      server.process.kill('SIGKILL');
      await server.stop();
    },
    async restart() {
      server = await startLocalServer({ directory, binary, port });
    },
    async discard() {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/**
 * Keeps a stream that no test deletes. With its last stream a server removes the folder of all streams, and one
 * that is added at once can fail with `error creating store`.
 */
export async function keepAnotherStream(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
}

/** A current nats-server, named by NATS_SERVER_CURRENT (`.ci/current-nats-server` prints one), or why there is none. */
export function currentServer(): { readonly binary: string } | { readonly missing: string } {
  const binary = process.env['NATS_SERVER_CURRENT'];
  if (binary === undefined || binary === '') {
    return { missing: 'NATS_SERVER_CURRENT names no nats-server 2.12 or later' };
  }
  const version = serverVersion(binary);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 12)) {
    throw new Error(`NATS_SERVER_CURRENT names nats-server ${version}; it must be 2.12 or later`);
  }
  return { binary };
}
