import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { placedFolders, rules } from './architecture/rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const fixture = join(root, 'tests/fixtures/architecture');

/** What dependency-cruiser finds in a tree laid out like this one. */
async function examine(tree: string): Promise<ICruiseResult> {
  const { output } = await cruise(['events', 'machines', 'src'], {
    baseDir: tree,
    validate: true,
    ruleSet: { forbidden: [...rules] },
    tsPreCompilationDeps: true, // else the import of a type is invisible
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered in words: ${output}`);
  return output;
}

/** The rules broken, as `rule: from → to`. */
function violations({ summary }: ICruiseResult): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

const typescriptUnder = (tree: string): string[] =>
  ['events', 'machines', 'src'].flatMap((folder) =>
    readdirSync(join(tree, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
      .map((path) => join(folder, path)),
  );

const tracked = (): string[] =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

describe('imports', () => {
  let found: ICruiseResult;
  beforeAll(async () => {
    found = await examine(root);
  });

  test('every TypeScript file is examined', () => {
    const examined = found.modules.map(({ source }) => source);
    const written = typescriptUnder(root);

    expect(written.length).toBeGreaterThan(20);
    expect(examined).toEqual(expect.arrayContaining(written));
  });

  test('every folder of the code has its place in the order', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(placedFolders).toEqual(expect.arrayContaining(folders.map(({ name }) => `src/${name}`)));
    expect(typescriptUnder(root).filter((path) => /^src\/[^/]+$/.test(path))).toEqual([]);
  });

  test('no import breaks a rule', () => {
    const told = violations(found).map((violation) => {
      const rule = rules.find(({ name }) => violation.startsWith(`${name}:`));
      return `${violation}\n  ${rule?.comment}`;
    });
    expect(told.join('\n')).toBe('');
  });
});

describe('the rules themselves', () => {
  let planted: string[];
  beforeAll(async () => {
    planted = violations(await examine(fixture));
  });

  test('each catches what was planted for it', () => {
    const caught = new Set(planted.map((violation) => violation.split(':')[0]));
    expect([...caught].sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  const order =
    'events ← machines ← src/roll ← src/readmodels ← src/log, src/scenario ← src/service, src/model ← src/http, src/inspector ← src/cli';
  const tiers = order.split(' ← ').map((tier) => tier.split(', '));
  const tierOf = (folder: string): number => tiers.findIndex((tier) => tier.includes(folder));

  test.each(tiers.flat())('%s may import what stands left of it, and nothing else', (folder) => {
    const forbidden = tiers.flat().filter((other) => other !== folder && tierOf(other) >= tierOf(folder));
    expect(planted.filter((violation) => violation.startsWith('order-of-')).sort()).toEqual(
      expect.arrayContaining([
        ...forbidden.map((other) => importBetween(folder, other)),
        importBetween(folder, 'src/dashboard'),
      ]),
    );
    for (const other of tiers.slice(0, tierOf(folder)).flat()) {
      expect(planted).not.toContain(importBetween(folder, other));
    }
  });

  test('the dashboard may import the core, and nothing else', () => {
    const forbidden = tiers.flat().filter((folder) => tierOf(folder) > tierOf('src/readmodels'));
    expect(planted.filter((violation) => violation.startsWith('order-of-dashboard')).sort()).toEqual(
      forbidden.map((folder) => importBetween('src/dashboard', folder)).sort(),
    );
  });

  test('what shows how to subscribe imports nothing of ours', () => {
    const found = planted.filter((violation) => violation.startsWith('order-of-subscribe'));
    expect(found).toEqual(['order-of-subscribe: src/subscribe/reaches-in.mjs → events/plain.ts']);
  });

  test.each([
    'no-cycle: events/chicken.ts → events/egg.ts',
    'core-is-pure: machines/reads-files.ts → fs',
    'no-import-of-tests: src/service/borrows-from-tests.ts → tests/support/lent.ts',
    'log-adapters-apart: src/log/embedded/peeks.ts → src/log/jetstream/peeked.ts',
    'everything-resolves: src/cli/leads-nowhere.ts → ./nowhere.ts',
  ])('caught: %s', (violation) => {
    expect(planted).toContain(violation);
  });

  test.each([
    ['nats-behind-its-doors: src/http/speaks-nats.ts', 2],
    ['lmdb-behind-the-log-port: src/service/opens-lmdb.ts', 1],
    ['fastify-only-in-http: src/service/serves-web.ts', 1],
    ['core-is-pure: machines/reads-files.ts', 1], // not node:crypto, which stands beside node:fs
  ])('caught: %s, %i times', (violation, times) => {
    expect(planted.filter((each) => each.startsWith(`${violation} →`))).toHaveLength(times);
  });

  test('each says to the person who broke it what to do', () => {
    for (const { name, comment } of rules) expect(comment?.length, name).toBeGreaterThan(60);
  });

  function importBetween(from: string, to: string): string {
    return `order-of-${from.replace('src/', '')}: ${from}/imports-all.ts → ${to}/plain.ts`;
  }
});

/** Names that say nothing of what is inside, and barrels. */
function ill(path: string): boolean {
  const [stem = '', ...rest] = basename(path).split('.');
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const empty = /^(utils?|helpers?|common|shared|misc)$/;
  const folders = path.split('/').slice(0, -1);
  const isCode = /^[cm]?[jt]sx?$/.test(rest.at(-1) ?? '');
  return (
    [stem, ...folders].some((name) => !kebab.test(name) || empty.test(name)) ||
    (isCode && (stem === 'index' || stem === 'types'))
  );
}

describe('names', () => {
  const placed = /^(events|machines|src|tests)\//;

  test('are in kebab case and say what a file holds', () => {
    const judged = tracked().filter((path) => placed.test(path) && !path.startsWith('tests/data/'));
    expect(judged.length).toBeGreaterThan(20);
    expect(judged.filter(ill)).toEqual([]);
  });

  test.each([
    'src/index.ts',
    'src/roll/index.js',
    'src/utils.ts',
    'src/common/fold.ts',
    'events/types.ts',
    'src/rollDocument.ts',
    'src/Roll/fold.ts',
    'tests/helpers/kinds.ts',
  ])('an ill name is caught: %s', (path) => {
    expect(ill(path)).toBe(true);
  });

  test.each([
    'events/types/theatre.ts',
    'src/dashboard/index.html',
    'tests/roll/fold.test.ts',
    'src/tsconfig.build.json',
  ])('a good name passes: %s', (path) => {
    expect(ill(path)).toBe(false);
  });

  test('no module passes on everything another exports', () => {
    const barrels = typescriptUnder(root).filter((path) =>
      /^export \* from/m.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(barrels).toEqual([]);
  });
});

// Letters in brackets keep these patterns from finding themselves.
const hosts =
  /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\bregistry-1\.|\bdeb\.d[e]bian\b|\bsecurity\.d[e]bian\b|\bfiles\.pythonh[o]sted\b/;
const machinePaths = /(^|[\s"'`(=:@])\/(w[o]rk|f[a]rm)\/|\/b[a]sh_jobs/m;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).default({}) }),
  ),
});

describe('tracked files', () => {
  test('the lock file says what to install and leaves open from where', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    expect(lock).toContain('"integrity"');
    expect(lock).not.toContain('"resolved": "http');
  });

  test('the lock file holds every package for every platform, or npm ci refuses it', () => {
    const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
    const held = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies));

    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !held.has(name))).toEqual([]);
  });

  test('name no host of a package registry and no path of the machine they were written on', () => {
    const telling = tracked().filter((path) => {
      const file = join(root, path);
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
      const text = readFileSync(file, 'utf8');
      return !text.includes('\0') && (hosts.test(text) || machinePaths.test(text));
    });
    expect(telling).toEqual([]);
  });

  test.each([
    '"resolved": ' + '"https://registry.' + 'example.org/a.tgz"',
    'URIs: http://deb.' + 'debian.org/debian',
  ])('a host is caught: %s', (line) => {
    expect(line).toMatch(hosts);
  });

  test.each(["'/wo" + "rk/main'", 'see /fa' + 'rm/notes', '/tmp/ba' + 'sh_jobs.0/1'])(
    'a path is caught: %s',
    (line) => {
      expect(line).toMatch(machinePaths);
    },
  );
});
