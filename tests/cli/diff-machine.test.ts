import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtMain, root } from './support/built.ts';
import { muster, temporaryDirectory } from './support/muster.ts';

/** A build whose contingents, once the war is over, can't be garrisoned. */
async function otherBuild(): Promise<string> {
  const directory = await temporaryDirectory();
  const dist = join(await builtMain(), '../../..');
  await mkdir(join(directory, 'dist'));
  for (const folder of ['events', 'machines']) {
    await cp(join(dist, folder), join(directory, 'dist', folder), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  const file = join(directory, 'dist/machines/contingent.js');
  const text = await readFile(file, 'utf8');
  const transition = /'contingent\.garrisoned': garrison,/; // the first one is that of warEnded
  expect(text).toMatch(transition);
  await writeFile(file, text.replace(transition, ''));
  return directory;
}

test('names who lands elsewhere, and the first event that did something else', async () => {
  const other = await otherBuild();
  const compared = ['diff-machine', 'current', other, 'garrison'];
  const { code, stdout, stderr } = await muster([...compared, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { first, pathways, contingents, heads } = JSON.parse(stdout);
  expect(first).toMatchObject({
    type: 'contingent.garrisoned',
    old: expect.stringMatching(/^accepted: .*→ garrisoned\.stationed/),
    new: expect.stringMatching(
      /^refused: not-allowed: .* is warEnded, which does not take contingent\.garrisoned; it is taken in /,
    ),
  });
  const replayed = JSON.parse((await muster(['replay', 'garrison', '--json'])).stdout);
  const garrisoned = pathways.find(({ pathway }: { pathway: string }) => pathway === 'garrisoned');
  expect(garrisoned.old).toBe(replayed.pathways.garrisoned.best);
  expect(garrisoned.new).toBeLessThan(garrisoned.old);
  expect(contingents.length).toBeGreaterThan(0);
  expect(contingents.map(({ old }: { old: unknown }) => old).filter((old: unknown) => old !== null)).toEqual(
    replayed.contingents.filter(({ id }: { id: string }) =>
      contingents.some((one: { id: string; old: unknown }) => one.id === id && one.old !== null),
    ),
  );
  expect(heads).toBeGreaterThan(0);

  const table = await muster(compared);
  expect(table.stdout).toContain(`first at seq ${first.seq}, ${first.id}, contingent.garrisoned`);
});

test('the same machines make the same of a log', async () => {
  const { code, stdout } = await muster(['diff-machine', 'current', 'current', 'record']);
  expect(code).toBe(0);
  expect(stdout).toBe('the same: each of 26 events does what it did, and all land where they did\n');
});

test('what holds no machines is named', async () => {
  const { code, stderr } = await muster(['diff-machine', 'current', await temporaryDirectory(), 'record']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/has no built machines .*; name a directory where npm run build ran, or current/);
});
