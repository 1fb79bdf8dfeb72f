import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

export interface LocalServer {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  readonly process: ChildProcess;
  /** Asks the server to stop (kills it after ten seconds), and resolves when it has. */
  stop(): Promise<void>;
}

export interface LocalServerOptions {
  /** Where the server keeps its streams; made if missing. */
  readonly directory: string;
  /** The nats-server to run; default: the one on PATH. */
  readonly binary?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** There is no nats-server to start. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** The nats-server was started and did not come up; the message ends in what it said. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
/** How long a server that was left behind may take to stop before it counts as somebody's. */
const ORPHAN_TIMEOUT_MS = 5_000;

const portsSchema = z.object({ nats: z.array(z.string()).min(1) });

/** The version of a nats-server binary, such as `2.9.10`. Throws NoServerError if there is none. */
export function serverVersion(binary = 'nats-server'): string {
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const version = /v?(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (version === undefined) {
    throw new NoServerError(
      `cannot run ${binary}. Install the NATS server (on Debian and Ubuntu: apt-get install nats-server; on macOS: brew install nats-server) and see that it is on PATH, or give the address of one that runs.`,
      { cause: error },
    );
  }
  return version;
}

/**
 * Starts a nats-server for this machine alone (127.0.0.1), with JetStream stored in `directory`.
 * Servers from 2.10 on fsync before they acknowledge; an earlier one keeps what it acknowledged through kill -9
 * but may lose up to two minutes of it with the power. Throws NoServerError, ServerStartError.
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { binary = 'nats-server', port = -1 } = options;
  const directory = resolve(options.directory);
  const [major = 0, minor = 0] = serverVersion(binary).split('.').map(Number);
  const knowsSyncInterval = major > 2 || (major === 2 && minor >= 10);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await refuseSecondServer(directory);
  const config = join(directory, 'nats-server.conf');
  const settings = [
    `listen: "127.0.0.1:${port}"`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(directory)}`,
    ...(knowsSyncInterval ? ['  sync_interval: always'] : []),
    '}',
  ];
  await writeFile(config, `${settings.join('\n')}\n`);

  // In a group of its own, so that Ctrl-C reaches us alone: we stop it after we have drained.
  const child = spawn(binary, ['--config', config, '--ports_file_dir', directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const exited = once(child, 'exit');
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const guard = guardOf(child);

  const portsFile = join(directory, `nats-server_${child.pid}.ports`);
  const stop = async () => {
    process.off('exit', endWithUs);
    guard.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(killer);
    }
    await rm(portsFile, { force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const url = await readUrl(portsFile);
    if (url !== null) {
      return { url, process: child, stop };
    }
    await delay(20);
  }
  await stop();
  throw new ServerStartError(`${binary} did not start in ${directory}. Its last words:\n${said.trim()}`);
}

/**
 * Stops the server when this process ends without a word, as by kill -9: a process of its own then reads the end
 * of the pipe between us.
 */
function guardOf(server: ChildProcess): ChildProcess {
  const waits = `process.stdin.resume().on('end', () => process.kill(${server.pid}, 'SIGTERM'))`;
  const guard = spawn(process.execPath, ['--eval', waits], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  // A server that ended by itself leaves a pid that may become another's.
  server.once('exit', () => guard.kill('SIGKILL'));
  return guard;
}

/** Two servers on one store would ruin it; one whose process was killed, and is stopping, is waited for. */
async function refuseSecondServer(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^nats-server_\d+\.ports$/.test(name)) {
      const url = await readUrl(join(directory, name));
      if (url !== null && (await isAnsweringStill(url))) {
        throw new ServerStartError(
          `a nats-server runs on ${directory} already, at ${url}. Use that one, or stop it (process ${/\d+/.exec(name)?.[0]}).`,
        );
      }
      await rm(join(directory, name), { force: true });
    }
  }
}

async function isAnsweringStill(url: string): Promise<boolean> {
  const deadline = performance.now() + ORPHAN_TIMEOUT_MS;
  while (await isAnswering(url)) {
    if (performance.now() > deadline) return true;
    await delay(100);
  }
  return false;
}

async function isAnswering(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The address in a ports file; null while it isn't there or isn't whole. */
async function readUrl(portsFile: string): Promise<string | null> {
  try {
    return portsSchema.parse(JSON.parse(await readFile(portsFile, 'utf8'))).nats[0] ?? null;
  } catch {
    return null;
  }
}
