import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { muster, start, temporaryDirectory } from './support/muster.ts';

const script = `scenario: my-war
title: A war of mine
theatre: ukraine
basis: hypothetical
events:
  - on: 2027-01-01
    type: contingent.deployed
    contingent: alpha
    data: { strength: 100, kind: infantry, origin: here }
  - on: +1d
    type: contingent.arrived
    contingent: alpha
    data: {}
    expect: accepted
  - on: +1d
    type: contingent.committed
    contingent: alpha
    data: {}
`;

const historySchema = z.object({
  total: z.number(),
  moments: z.array(
    z.object({ subject: z.string(), state: z.string(), refusal: z.object({ code: z.string() }).nullable() }),
  ),
});

async function historyAt(address: string) {
  const { origin, searchParams } = new URL(address);
  expect(searchParams.get('at')).toBe('0');
  const answer = await fetch(`${origin}/inspector/history/${searchParams.get('roll')}`);
  return historySchema.parse(await answer.json());
}

test('a script on disk gets a service of its own, step by step, and nothing is left of it', async () => {
  const directory = await temporaryDirectory();
  const temporary = await temporaryDirectory();
  await writeFile(join(directory, 'my-war.yaml'), script);
  const running = await start(['inspect', 'my-war.yaml'], { cwd: directory, env: { TMPDIR: temporary } });
  const [address] = await running.says(/^http:\/\/127\.0\.0\.1:\d+\/inspector\?\S+$/m);
  await running.says(/Ctrl-C ends it/, 'stderr');

  // An expectation that is not met stops a play; here it is what one came to see.
  expect(await historyAt(address)).toMatchObject({
    total: 3,
    moments: [
      { subject: 'alpha', state: 'deployed.staging', refusal: null },
      { subject: 'alpha', state: 'deployed.staging', refusal: { code: 'not-allowed' } },
      { subject: 'alpha', state: 'deployed.committed', refusal: null },
    ],
  });
  expect(await running.kill('SIGINT')).toMatchObject({ code: 0 });
  expect(await readdir(temporary)).toEqual([]);
  expect(await readdir(directory)).toEqual(['my-war.yaml']);
});

test('a bundled scenario without a running service gets one too, with what it extends', async () => {
  const running = await start(['inspect', 'homecoming'], { env: { TMPDIR: await temporaryDirectory() } });
  const [address] = await running.says(/^http:\/\/127\.0\.0\.1:\d+\/inspector\?\S+$/m);
  expect(address).toContain('ukraine%2Fhomecoming');
  const { total, moments } = await historyAt(address);
  expect(moments).toHaveLength(total);
  expect(await running.kill('SIGTERM')).toMatchObject({ code: 0 });
});

test('a script that is wrong is told where, and a service that was named must answer', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'wrong.yaml'), script.replace('theatre:', 'theater:'));
  const wrong = await muster(['inspect', 'wrong.yaml'], { cwd: directory });
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toMatch(/wrong\.yaml:\d+:\d+: .*theat/);
  const named = await muster(['inspect', 'homecoming', '--server', 'http://127.0.0.1:9']);
  expect(named).toMatchObject({ code: 3, stdout: '' });
});
