import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'nats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJetStreamLog } from '../../src/log/jetstream/jetstream-log.ts';
import { NoServerError, ServerStartError, startLocalServer } from '../../src/log/local-server.ts';
import { collect, eventsOf, textOf } from '../contracts/event-log.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe('local server', { timeout: 60_000 }, () => {
  const roll = { theatre: 'local', timeline: 'record' };
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-local-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test('keeps a log from one start to the next, on this machine alone', async () => {
    const store = join(directory, 'not', 'there', 'yet');
    for (const [round, text] of ['one', 'two'].entries()) {
      const server = await startLocalServer({ directory: store });
      expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
      const connection = await connect({ servers: server.url });
      const log = await openJetStreamLog(connection);
      expect(await log.append(roll, eventsOf([text]), { expectedSeq: round })).toMatchObject({ ok: true });
      expect((await collect(log.read(roll))).map(textOf)).toEqual(['one', 'two'].slice(0, round + 1));
      await log.close();
      await connection.close();
      await server.stop();
      expect(server.process.exitCode).not.toBeNull();
      await expect(connect({ servers: server.url, reconnect: false, timeout: 1_000 })).rejects.toThrow();
    }
  });

  test('a second one on the same store is refused, naming the first', async () => {
    const first = await startLocalServer({ directory });
    const second = await startLocalServer({ directory }).catch((error: unknown) => error);
    expect(second).toBeInstanceOf(ServerStartError);
    expect(String(second)).toContain(`at ${first.url}`);
    first.process.kill('SIGKILL'); // leaves its ports file behind
    await new Promise((resolve) => first.process.once('exit', resolve));
    const third = await startLocalServer({ directory });
    await third.stop();
    await first.stop();
  });

  test('it does not outlive a process that was killed, and the next start waits for it', async () => {
    const argv = [path('../support/run-ts.mjs'), path('../support/local-server-process.ts'), directory];
    const owner = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(owner.stdout.setEncoding('utf8'), 'data');
    const url = String(said).trim();
    await (await connect({ servers: url })).close();
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const next = await startLocalServer({ directory });
    expect(next.url).not.toBe(url);
    await expect(connect({ servers: url, reconnect: false, timeout: 1_000 })).rejects.toThrow();
    await next.stop();
  });

  test('without a nats-server it says what to install', async () => {
    const binary = join(directory, 'nats-server');
    const missing = await startLocalServer({ directory, binary }).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(NoServerError);
    expect(String(missing)).toMatch(/apt-get install nats-server/);
  });

  test('one that does not come up is quoted', async () => {
    const first = await startLocalServer({ directory: join(directory, 'first') });
    const port = Number(new URL(first.url).port);
    const second = startLocalServer({ directory: join(directory, 'second'), port });
    await expect(second).rejects.toThrow(/address already in use/);
    await first.stop();
  });
});
