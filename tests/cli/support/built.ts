import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

const cache = join(root, 'node_modules/.cache/muster-cli');
const KEPT_MS = 3_600_000;

/**
 * The compiled `muster` of the sources as they are now. `dist` may be stale: it is built by `npm ci`, not by an
 * edit. So each state of the sources is compiled once, under its hash, and is never overwritten.
 */
export async function builtMain(): Promise<string> {
  const home = join(cache, sourcesHash());
  const main = join(home, 'dist/src/cli/main.js');
  if (existsSync(main)) return main;

  await mkdir(cache, { recursive: true });
  await dropOldBuilds();
  const made = await mkdtemp(join(cache, 'making-'));
  // Laid out as the package is: code finds its files from the package.json above it.
  await cp(join(root, 'package.json'), join(made, 'package.json'));
  for (const folder of ['events', 'src']) await symlink(join(root, folder), join(made, folder));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'src/tsconfig.build.json');
  // Types are `npm run check`'s business; here they would only cost seconds.
  await promisify(execFile)(process.execPath, [
    compiler,
    '-p',
    project,
    '--noCheck',
    '--outDir',
    join(made, 'dist'),
  ]);
  try {
    await rename(made, home);
  } catch (error) {
    if (!existsSync(main)) throw error;
    await rm(made, { recursive: true }); // another worker was first
  }
  return main;
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['events', 'machines', 'src']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.(?:ts|json)$/.test(name)).sort()) {
      hash.update(`${folder}/${file}\0`).update(readFileSync(join(root, folder, file)));
    }
  }
  return hash
    .update(readFileSync(join(root, 'package.json')))
    .digest('hex')
    .slice(0, 16);
}

/** Builds of other sources, left alone while another run may use them. */
async function dropOldBuilds(): Promise<void> {
  for (const name of await readdir(cache)) {
    const build = join(cache, name);
    const { mtimeMs } = await stat(build);
    if (Date.now() - mtimeMs > KEPT_MS) await rm(build, { recursive: true, force: true });
  }
}
