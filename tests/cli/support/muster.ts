import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { builtMain, root } from './built.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `muster` process that runs. */
export interface Running {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
  /** All of stdout so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the match once stdout (or stderr) matches; rejects if the process ends before. */
  says(pattern: RegExp, where?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Setting {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

// What colours and addresses depend on must not come from whoever runs the tests.
const { NO_COLOR: _n, FORCE_COLOR: _f, CI: _c, NATS_URL: _u, ...inherited } = process.env;
const plainEnvironment = Object.fromEntries(
  Object.entries(inherited).filter(([name]) => !name.startsWith('MUSTER_')),
);

/** Starts `muster`; it is killed at the end of the test if it still runs. */
export async function start(
  args: readonly string[],
  { input, env = {}, cwd = root }: Setting = {},
): Promise<Running> {
  const main = await builtMain();
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...plainEnvironment, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const changed = new EventTarget();
  const tell = () => changed.dispatchEvent(new Event('change'));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    tell();
  });
  child.stdin.on('error', () => {}); // it may end before it has read all
  if (input !== undefined) child.stdin.end(input);

  let isOver = false;
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    isOver = true;
    tell();
    return { code, signal, stdout, stderr };
  });
  const kill = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(async () => {
    if (!isOver) await kill('SIGKILL');
  });
  return {
    process: child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern, where = 'stdout') {
      for (;;) {
        const match = pattern.exec(where === 'stdout' ? stdout : stderr);
        if (match !== null) return match;
        if (isOver) throw new Error(`It ended without saying ${pattern}:\n${stdout}\n${stderr}`);
        await once(changed, 'change');
      }
    },
    kill,
  };
}

/** Runs `muster` to its end; its stdin is empty unless given. */
export async function muster(args: readonly string[], setting: Setting = {}): Promise<Ended> {
  return (await start(args, { input: '', ...setting })).ended;
}

/** A shell command line with `muster` in it as "$MUSTER" (a whole command). */
export async function shell(line: string, cwd = root): Promise<Ended> {
  const command = `'${process.execPath}' '${await builtMain()}'`;
  const child = spawn('bash', ['-c', `muster() { ${command} "$@"; }; ${line}`], {
    cwd,
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

/** An empty directory, removed at the end of the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-cli-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
