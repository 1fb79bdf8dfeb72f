import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { startThrowawayServer, type ThrowawayServer } from '../support/nats-server.ts';
import type { ServerLine } from './scenarios/scenario.ts';

/** A nats-server of its own and a directory, gone at the end. */
export interface NatsSite {
  readonly server: ThrowawayServer;
  readonly connection: NatsConnection;
  readonly directory: string;
}

/** Runs `work` over a new nats-server. */
export async function overNats(line: ServerLine, work: (site: NatsSite) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  const server = await startThrowawayServer(line.binary);
  try {
    const connection = await server.connect();
    await work({ server, connection, directory });
  } finally {
    await server.discard();
    await rm(directory, { recursive: true });
  }
}
