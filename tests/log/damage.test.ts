import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedLog } from '../../src/log/embedded/embedded-log.ts';
import { collect, eventsOf } from '../contracts/event-log.ts';

const roll = { theatre: 'damaged', timeline: 'record' };
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-damage-'));
  file = join(directory, 'data.mdb');
  const log = await openEmbeddedLog(directory);
  await log.append(
    roll,
    eventsOf(Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(3_000)}`)),
  );
  await log.close();
});
afterEach(() => rm(directory, { recursive: true }));

test('a whole log opens', async () => {
  const log = await openEmbeddedLog(directory);
  expect(await collect(log.read(roll))).toHaveLength(200);
  await log.close();
});

test.each([
  ['emptied', () => truncate(file, 0), /does not begin as a log does/],
  ['cut to its first page', () => truncate(file, 4_096), /its end is missing/],
  ['cut in half', async () => truncate(file, (await readFile(file)).length / 2), /its end is missing/],
  [
    'overwritten at its beginning',
    async () => {
      const bytes = await readFile(file);
      await writeFile(file, bytes.fill(0xa5, 0, 8_192));
    },
    /does not begin as a log does/,
  ],
])('a log that was %s is refused in words, and left as it is', async (_what, damage, words) => {
  await damage();
  const before = await readFile(file);
  await expect(openEmbeddedLog(directory)).rejects.toThrow(words);
  expect(await readFile(file)).toEqual(before);
});
