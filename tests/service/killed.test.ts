import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newDirectory, newLog, serviceOver } from './workbench.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test('killed in the middle of submissions, three times over: every one answered is on the roll, once', async () => {
  const directory = await newDirectory();
  const answered: string[] = [];
  for (let round = 0; round < 3; round++) {
    const argv = [path('../support/run-ts.mjs'), path('submitting-process.ts'), directory];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('open');
    for (let count = 0; count < 150; count++) answered.push((await lines.next()).value);
    child.kill('SIGKILL');
    await exited;
    for (let line = await lines.next(); !line.done; line = await lines.next()) answered.push(line.value);
  }
  expect(answered.filter((line) => line.startsWith('failed'))).toEqual([]);

  const roll = { theatre: 'killed', timeline: 'record' };
  const log = await newLog(directory);
  const resumed = await serviceOver(log, { checkpoints: { directory: join(directory, 'checkpoints') } });
  const replayed = await serviceOver(log);
  const document = await resumed.roll(roll)?.document();
  expect(document).toEqual(await replayed.roll(roll)?.document());

  const head = await log.head(roll);
  expect(document).toMatchObject({
    seq: head,
    balance: 0,
    inflow: { best: 10 * head },
    counts: { accepted: head, refused: 0, duplicates: 0 },
  });
  expect(document?.contingents).toHaveLength(head);
  const logged = (await resumed.roll(roll)?.events(0, head)) ?? [];
  const ids = new Set(logged.map(({ seq, event }) => `${seq} ${Object(event).id}`));
  expect(answered.filter((line) => !ids.has(line))).toEqual([]);
});
