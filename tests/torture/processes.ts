import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { builtMain } from '../cli/support/built.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of ours, ended when the run ends, however that ends. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly isOver: boolean;
  /** The last that it said on stderr. */
  stderr(): string;
  /** Resolves with the match once stdout matches. Rejects if the process ends before, or takes over `timeoutMs`. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Each line of stdout as it comes. */
  onLine(take: (line: string) => void): void;
  /** Sends a signal; SIGKILL, SIGTERM and SIGINT are waited for. */
  signal(signal: NodeJS.Signals): Promise<void>;
}

const KEPT_CHARACTERS = 20_000;

const alive = new Set<ChildProcessByStdio<null, Readable, Readable>>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** What names the servers and settings of whoever runs this must not reach what is tortured. */
const {
  NATS_URL: _url,
  NODE_OPTIONS: _options,
  ...inherited
} = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_')));

export function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(command, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  const news = new EventTarget();
  const tell = () => news.dispatchEvent(new Event('change'));
  let [stdout, stderr, isOver] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-KEPT_CHARACTERS);
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_CHARACTERS);
  });
  const ended = new Promise<Ended>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      isOver = true;
      alive.delete(child);
      tell();
      resolve({ code, signal, stdout, stderr });
    };
    child.once('close', end);
    child.once('error', (error) => {
      stderr += error.message;
      end(null, null);
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    get isOver() {
      return isOver;
    },
    stderr: () => stderr,
    async says(pattern, timeoutMs = 60_000) {
      const late = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        if (isOver || late.aborted) {
          const how = isOver ? 'ended without saying' : `did not say within ${timeoutMs} ms`;
          throw new Error(`${command} ${args.join(' ')} ${how} ${pattern}:\n${stdout}\n${stderr}`);
        }
        await once(news, 'change', { signal: late }).catch(() => {});
      }
    },
    onLine(take) {
      let begun = '';
      child.stdout.on('data', (text: string) => {
        const lines = (begun + text).split('\n');
        begun = lines.pop() ?? '';
        for (const line of lines) take(line);
      });
    },
    async signal(signal) {
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') await ended;
    },
  };
}

/** Starts a TypeScript file of this directory in a process of its own. */
export function startScript(file: string, args: readonly string[]): Running {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  return start(process.execPath, [path('../support/run-ts.mjs'), path(file), ...args]);
}

/** The sources are hashed once: that they stay as they are is what a run is about. */
let main: Promise<string> | undefined;
const mainOnce = () => (main ??= builtMain());

/** Starts the built `muster` of these sources. */
export async function startMuster(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  return start(process.execPath, [await mainOnce(), ...args], env);
}

/** Runs the built `muster` to its end, with all of its stdout. */
export async function muster(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 120_000,
): Promise<Ended> {
  const file = await mainOnce();
  const options = {
    env: { ...inherited, ...env },
    maxBuffer: 2 ** 30,
    timeout: timeoutMs,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port can be had');
  return address.port;
}
