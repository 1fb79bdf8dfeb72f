import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { open as openEnvironment } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { isAlive, newHolder, StoreHeldError } from '../../src/log/embedded/holder.ts';
import { StoreUnusableError } from '../../src/log/embedded/store-directory.ts';
import { collect, describeEventLog, eventsOf, textOf } from '../contracts/event-log.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const newDirectory = () => mkdtemp(join(tmpdir(), 'muster-embedded-'));

describeEventLog('embedded log', async () => {
  const directory = await newDirectory();
  return {
    open: () => openEmbeddedLog(directory),
    discard: () => rm(directory, { recursive: true }),
  };
});

describe('embedded log on its directory', { timeout: 60_000 }, () => {
  const roll = { theatre: 'killed', timeline: 'record' };
  let directory: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await newDirectory();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
    await rm(directory, { recursive: true });
  });

  /** A process that holds the log or writes to it, once it has it open; `lines` are what it says after that. */
  async function startWriter(...mode: string[]) {
    const argv = [path('../support/run-ts.mjs'), path('../support/embedded-writer.ts'), directory, ...mode];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect(await lines.next()).toEqual({ done: false, value: 'open' });
    return { child, lines };
  }

  test('what was acknowledged before a kill is there once, at its place, after it; three times over', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { child, lines } = await startWriter();
      for (let count = 0; count < 200; count++) {
        acknowledged.push((await lines.next()).value);
      }
      child.kill('SIGKILL');
      for (let line = await lines.next(); !line.done; line = await lines.next()) {
        acknowledged.push(line.value);
      }
    }
    const log = await openEmbeddedLog(directory);
    const entries = await collect(log.read(roll));
    await log.close();
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
    const stored = entries.map((entry) => `${entry.seq} ${textOf(entry)}`);
    expect(new Set(stored.map((line) => line.replace(/^\d+ /, ''))).size).toBe(stored.length);
    const missing = new Set(acknowledged);
    for (const line of stored) {
      missing.delete(line);
    }
    expect([...missing]).toEqual([]);
  });

  test('a second process is told who holds it, and may open it once that one is killed', async () => {
    const { child } = await startWriter('hold');
    const refused = await openEmbeddedLog(directory).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreHeldError);
    expect(refused).toMatchObject({ pid: child.pid, directory });
    expect(String(refused)).toContain(`process ${child.pid} since 20`);
    await kill(child);
    const log = await openEmbeddedLog(directory);
    expect(await log.append(roll, eventsOf(['mine']))).toEqual({ ok: true, value: [1] });
    await log.close();
  });

  test('a second opening in this process is refused, and leaves the first in working order', async () => {
    const log = await openEmbeddedLog(directory);
    await expect(openEmbeddedLog(directory)).rejects.toThrow(/this process/);
    expect(await log.append(roll, eventsOf(['one']))).toEqual({ ok: true, value: [1] });
    await log.close();
    const again = await openEmbeddedLog(directory);
    expect(await again.head(roll)).toBe(1);
    await again.close();
  });

  test('a log that was taken over from where its process could not be seen writes no more', async () => {
    const first = await openEmbeddedLog(directory);
    await first.append(roll, eventsOf(['one']));
    const environment = openEnvironment({
      path: directory,
      overlappingSync: false,
      noSubdir: false,
      maxDbs: 4,
    });
    await environment.openDB({ name: 'process', encoding: 'json' }).remove('holder');
    const second = await openEmbeddedLog(directory);
    const late = await first.append(roll, eventsOf(['late']));
    expect(late).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
    expect(late).toHaveProperty('error.message', expect.stringContaining('taken'));
    expect(await second.append(roll, eventsOf(['two']))).toEqual({ ok: true, value: [2] });
    await first.close();
    expect(await second.append(roll, eventsOf(['three']))).toEqual({ ok: true, value: [3] });
    await second.close();
    await environment.close();
  });

  test.skipIf(process.platform !== 'linux')('a holder whose pid was given to another process is dead', () => {
    const own = newHolder();
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, birth: `${own.birth}0` })).toBe(false);
    expect(isAlive({ ...own, pid: 2 ** 30 })).toBe(false);
  });

  test('a missing directory is made, for its owner alone', async () => {
    const deep = join(directory, 'not', 'there.d', 'yet');
    const log = await openEmbeddedLog(deep);
    await log.close();
    expect((await stat(deep)).mode & 0o777).toBe(0o700);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  test('a file in the place of the directory is refused and left alone', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'precious');
    const below = join(file, 'below');
    for (const place of [file, below]) {
      const refused = await openEmbeddedLog(place).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StoreUnusableError);
      expect(String(refused)).toMatch(/cannot keep a log in .*no directory/);
    }
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test.skipIf(process.getuid?.() === 0)(
    'a directory we may not write is refused (root may write any)',
    async () => {
      const readOnly = join(directory, 'read-only');
      await mkdir(readOnly);
      await chmod(readOnly, 0o500);
      await expect(openEmbeddedLog(readOnly)).rejects.toThrow(/may not write/);
    },
  );

  test.skipIf(process.platform !== 'linux')('a place where nothing can be made is refused', async () => {
    await expect(openEmbeddedLog('/proc/muster')).rejects.toThrow(StoreUnusableError);
  });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
