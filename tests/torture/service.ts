import { setTimeout as delay } from 'node:timers/promises';
import { freePort, type Running, startMuster } from './processes.ts';

/** A `muster serve` on an address that stays the same from one life to the next. */
export interface TorturedService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  /** How it ended when nobody had ended it; empty if it never did. */
  readonly crashes: readonly string[];
  kill(): Promise<void>;
  /** Starts it again and waits until it serves; as often as it takes, for NATS may be away. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** SIGTERM. Resolves to the exit code. */
  stop(): Promise<number | null>;
  stderr(): string;
}

const PATIENCE_MS = 60_000;

export async function startTorturedService(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TorturedService> {
  const port = await freePort();
  const crashes: string[] = [];
  let running: Running;
  let isMeant = false;
  const launch = async () => {
    isMeant = false;
    const launched = await startMuster(['serve', ...args, '--port', String(port)], {
      MUSTER_LOG: 'warn',
      ...env,
    });
    running = launched;
    await launched.says(/^Muster serves at /m, PATIENCE_MS);
    void launched.ended.then(({ code, signal, stderr }) => {
      if (!isMeant) crashes.push(`the service ended by itself (${code ?? signal}): ${stderr.slice(-2_000)}`);
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    isMeant = true;
    await running.signal(signal);
    return (await running.ended).code;
  };
  await launch();
  return {
    url: `http://127.0.0.1:${port}`,
    crashes,
    get pid() {
      return running.pid;
    },
    async kill() {
      await end('SIGKILL');
    },
    async restart() {
      for (const deadline = performance.now() + PATIENCE_MS; ; ) {
        try {
          return await launch();
        } catch (error) {
          await running.signal('SIGKILL');
          if (performance.now() > deadline) throw error;
          await delay(200);
        }
      }
    },
    pause: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
    stop: () => end('SIGTERM'),
    stderr: () => running.stderr(),
  };
}
