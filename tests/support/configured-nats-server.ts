import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ConfiguredServer {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<void>;
}

/** A nats-server, with JetStream if it `isStoring`, on a free port of this machine, with more of a configuration: users, TLS. */
export async function startConfiguredServer(
  configuration: string,
  {
    binary = 'nats-server',
    env = {},
    isStoring = true,
  }: { binary?: string; env?: Readonly<Record<string, string>>; isStoring?: boolean } = {},
): Promise<ConfiguredServer> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-nats-'));
  const file = join(directory, 'nats.conf');
  const jetstream = isStoring ? `jetstream { store_dir: ${JSON.stringify(directory)} }` : '';
  await writeFile(file, `listen: "127.0.0.1:-1"\n${jetstream}\n${configuration}`, { mode: 0o600 });
  const child = spawn(binary, ['--config', file, '--ports_file_dir', directory], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  while (child.exitCode === null) {
    const ports = await readFile(join(directory, `nats-server_${child.pid}.ports`), 'utf8').catch(() => '');
    const port = /"(?:nats|tls):\/\/[^"]*:(\d+)"/.exec(ports)?.[1];
    if (port !== undefined) return { host: `127.0.0.1:${port}`, stop };
    await delay(20);
  }
  await stop();
  throw new Error(`${binary} did not start:\n${said}`);
}
