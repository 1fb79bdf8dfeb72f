import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scriptJsonSchema } from '../src/scenario/json-schema.ts';
import { regenerated } from './support/readme-sections.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist', 'src', 'cli', 'main.js');
const readmeFile = join(root, 'README.md');
const readme = await readFile(readmeFile, 'utf8');

/** The code of the fenced blocks in a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, code]) => code ?? '',
  );
}

/** The commands of the blocks that are marked to be run: each with the lines that continue it. */
function commands(): string[] {
  const marked = [...readme.matchAll(/<!-- run.*?-->\n```console\n(.*?)```/gs)].map(([, code]) => code ?? '');
  return marked.flatMap((block) => block.split(/^\$ /m).filter((command) => command.trim() !== ''));
}

describe('the README', () => {
  it('has tables and diagrams as the code has them', async () => {
    const expected = regenerated(readme);
    if (process.env['UPDATE_README'] !== undefined) await writeFile(readmeFile, expected);
    else expect(readme).toBe(expected);
  });

  it('shows what the first command really prints', async () => {
    const { stdout } = await run(process.execPath, [main, 'replay', 'record'], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    const [, shown] =
      /<!-- output -->\n```console\n\$ npx muster replay record\n(.*?)```/s.exec(readme) ?? [];
    expect(shown).toBe(stdout);
  });

  it('ships the schema of scripts that the code makes', async () => {
    const file = join(root, 'events', 'scenarios', 'scenario.schema.json');
    const expected = `${JSON.stringify(scriptJsonSchema(), null, 1)}\n`;
    if (process.env['UPDATE_README'] !== undefined) await writeFile(file, expected);
    else expect(await readFile(file, 'utf8')).toBe(expected);
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  it('says why each dependency was chosen', async () => {
    const { dependencies, devDependencies } = z
      .object({
        dependencies: z.record(z.string(), z.string()),
        devDependencies: z.record(z.string(), z.string()),
      })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const libraries = readme.slice(readme.indexOf('| Library |'), readme.indexOf('## With Docker'));
    const names = Object.keys({ ...dependencies, ...devDependencies })
      .filter((name) => !name.startsWith('@types/'))
      .map((name) => name.replace(/^@nats-io\/|^@biomejs\//, ''));
    expect(names.filter((name) => !libraries.includes(name))).toEqual([]);
  });
});

describe('the commands of the README', () => {
  let directory: string;
  let service: ChildProcess;
  let address: string;
  let natsUrl: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-readme-'));
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
    await writeFile(join(directory, 'my-what-if.yaml'), blocks('yaml')[0] ?? '');
    await writeFile(join(directory, 'publish.mjs'), blocks('js')[0] ?? '');
    // `npx muster` installs the package it stands in; what it then runs is this.
    await writeFile(join(directory, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`, {
      mode: 0o755,
    });
    const start = ['start', '--data', join(directory, 'data'), '--port', '0', '--nats', 'local'];
    service = spawn(process.execPath, [main, ...start], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (service.stdout === null) throw new Error('The service has no output');
    for await (const line of createInterface({ input: service.stdout })) {
      const [, http, nats] = /^Muster serves at (\S+); NATS listens at (\S+)\./.exec(line) ?? [];
      if (http === undefined || nats === undefined) continue;
      address = http;
      natsUrl = nats;
      return;
    }
    throw new Error('The service ended before it served');
  });

  afterAll(async () => {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  });

  it.each(commands())('%s', async (command) => {
    const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}`, MUSTER_URL: address };
    const { stdout } = await run('bash', ['-ec', command.replaceAll('http://127.0.0.1:4700', address)], {
      cwd: directory,
      env,
    });
    if (command.includes('/events')) expect(JSON.parse(stdout)).toMatchObject({ kind: 'accepted', seq: 27 });
  });

  it('publish.mjs changes the distribution', async () => {
    const nats = await connect({ servers: natsUrl });
    const transition = nats.subscribe('muster.ukraine.record.transition.builders', { max: 1 });
    await nats.flush();
    await run(process.execPath, ['publish.mjs'], {
      cwd: directory,
      env: { ...process.env, NATS_URL: natsUrl },
    });
    for await (const message of transition) {
      expect(message.json()).toMatchObject({
        seq: 28,
        moves: [{ from: 'deployed.committed', to: 'deployed.rear' }],
      });
    }
    await nats.close();
  });
});
