import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { connectToNats } from '../src/log/jetstream/connect.ts';
import { startConfiguredServer } from './support/configured-nats-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const shipped = join(root, 'docker-compose.yml');
const planted = join(root, 'tests/fixtures/compose/docker-compose.yml');

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z
    .object({
      context: z.string(),
      dockerfile: z.string().optional(),
      dockerfile_inline: z.string().optional(),
    })
    .optional(),
  command: z.array(z.string()).nullish(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  profiles: z.array(z.string()).default([]),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.object({ host_ip: z.string().optional(), published: z.string().optional() })).default([]),
  volumes: z.array(z.object({ type: z.string(), source: z.string().optional() })).default([]),
  configs: z.array(z.object({ source: z.string() })).default([]),
});
const projectSchema = z.object({ services: z.record(z.string(), serviceSchema) });
type Service = z.infer<typeof serviceSchema>;
type Project = z.infer<typeof projectSchema>;

/** The compose tool: `MUSTER_COMPOSE`, else `docker-compose` or `docker compose` where it is new enough. */
function composeTool(): string[] {
  const named = process.env['MUSTER_COMPOSE'];
  for (const tool of named ? [[named]] : [['docker-compose'], ['docker', 'compose']]) {
    const [program = '', ...args] = tool;
    const { status, stdout } = spawnSync(program, [...args, 'version', '--short'], { encoding: 'utf8' });
    const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
    if (status === 0 && (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 17))) return tool;
  }
  throw new Error(
    'no Docker Compose 2.17 or later here (no engine is needed): install Docker\'s compose plugin, or on Debian run `export MUSTER_COMPOSE="$(.ci/current-package docker-compose 2.17)"`',
  );
}

const SECRETS = {
  MUSTER_TOKEN: 'a-token-of-tests',
  NATS_SERVICE_PASSWORD: '1e5',
  NATS_PRODUCER_PASSWORD: '2e5',
  NATS_DASHBOARD_PASSWORD: '3e5',
};

const SECRET_NAMES = Object.keys(SECRETS);

/** The compose file as the tool itself reads it, with every profile. */
function read(file: string, env: NodeJS.ProcessEnv = SECRETS) {
  const [program = '', ...args] = composeTool();
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !Object.hasOwn(SECRETS, name)),
  );
  return spawnSync(program, [...args, '--file', file, '--profile', '*', 'config', '--format', 'json'], {
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
}

function load(file: string): Project {
  const { status, stdout, stderr } = read(file);
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  return projectSchema.parse(JSON.parse(stdout));
}

const dockerfileOf = ({ build }: Service): string =>
  build?.dockerfile_inline ??
  (build ? readFileSync(join(build.context, build.dockerfile ?? 'Dockerfile'), 'utf8') : '');

const imagesOf = (service: Service): string[] => [
  ...(service.image ? [service.image] : []),
  ...[...dockerfileOf(service).matchAll(/^FROM\s+(\S+)/gm)]
    .flatMap(([, image]) => image ?? [])
    .filter((image) => !stagesOf(service).some(({ name }) => name === image)),
];

/** The value of a flag in a command. */
function flag(service: Service, name: string): string | undefined {
  const words = service.command ?? [];
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

/** A server's configuration as it reads it in its image, with what it includes. */
function serverConfiguration(service: Service): string {
  const context = service.build?.context ?? '';
  const textAt = (target: string): string => {
    const copies = dockerfileOf(service).matchAll(/^COPY (?:--\S+ )*(.+) (\S+)$/gm);
    const isThere = [...copies].some(
      ([, sources = '', folder]) =>
        folder === `${dirname(target)}/` && sources.split(' ').includes(basename(target)),
    );
    const text = isThere ? readFileSync(join(context, basename(target)), 'utf8') : '';
    return text.replace(/^include (\S+)$/gm, (_, file: string) => textAt(join(dirname(target), file)));
  };
  return textAt(flag(service, '--config') ?? '');
}

interface Stage {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A Dockerfile's stages, its instructions on one line each. */
function stagesOf(service: Service): Stage[] {
  const lines = dockerfileOf(service).replace(/\\\n/g, ' ').split('\n');
  const stages: { name: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [, name] = /^FROM\s+\S+(?:\s+AS\s+(\S+))?/i.exec(line) ?? [null];
    if (line.startsWith('FROM')) stages.push({ name: name ?? '', lines: [] });
    stages.at(-1)?.lines.push(line);
  }
  return stages;
}

/** What a COPY takes: from the checkout, or from the stage that it names. */
function copiesOf({ lines }: Stage): { readonly from: string | null; readonly what: readonly string[] }[] {
  return lines
    .filter((line) => line.startsWith('COPY '))
    .map((line) => ({
      from: /--from=(\S+)/.exec(line)?.[1] ?? null,
      what: line
        .split(/\s+/)
        .slice(1, -1)
        .filter((word) => !word.startsWith('--')),
    }));
}

/** What is wrong with how an image is made. */
function imageFaults(service: Service): string[] {
  const stages = stagesOf(service);
  const final = stages.at(-1);
  if (final === undefined) return [];
  const found: string[] = [];
  const shipped = [final, ...stages.filter(({ name }) => copiesOf(final).some(({ from }) => from === name))];
  const takesCheckout = shipped.filter((stage) => copiesOf(stage).some(({ from }) => from === null));
  if (takesCheckout.some(({ lines }) => !lines.some((line) => line.includes('chmod')))) {
    found.push('keeps the modes of the checkout');
  }
  if (isNats(service)) return found;
  const isTidied = (stage: Stage) => stage.lines.some((line) => /-name '\*\.map' -delete/.test(line));
  if (!shipped.slice(1).every(isTidied)) found.push('ships source maps');
  if (!dockerfileOf(service).includes('--omit=dev')) found.push('ships what only development needs');
  if (!final.lines.some((line) => /ln -s \S*main\.js \/usr\/local\/bin\/muster/.test(line))) {
    found.push('has no muster on PATH');
  }
  const installing = stages.find(({ lines }) => lines.some((line) => /\bnpm ci\b/.test(line)));
  const read = installing === undefined ? [] : copiesOf(installing).flatMap(({ what }) => what);
  if (read.some((path) => !/(^|\/)package(-lock)?\.json$/.test(path))) {
    found.push('installs anew when a source changes');
  }
  return found;
}

const isNats = (service: Service): boolean => service.command?.[0] === 'nats-server';

/** What is wrong with a compose file that the tool itself accepts, as `service: fault`. */
function faults(project: Project): string[] {
  const services = Object.entries(project.services);
  const names = services.map(([, service]) => flag(service, '--name'));
  return services.flatMap(([name, service]) => {
    const found: string[] = [];
    const unless = (holds: boolean, fault: string) => {
      if (!holds) found.push(`${name}: ${fault}`);
    };
    found.push(...imageFaults(service).map((fault) => `${name}: ${fault}`));
    const images = imagesOf(service);
    unless(
      images.length > 0 && images.every((image) => /:\d+\.\d+\.\d+[\w.-]*$/.test(image)),
      'image not pinned',
    );
    unless(/^[1-9]\d*(:[1-9]\d*)?$/.test(service.user ?? ''), 'runs as root');
    unless(
      service.read_only && service.cap_drop.includes('ALL'),
      'may change its files or keeps capabilities',
    );
    unless(service.security_opt.includes('no-new-privileges:true'), 'may gain privileges');
    unless(!service.healthcheck?.disable && (service.healthcheck?.test?.length ?? 0) > 1, 'no health check');
    unless(
      Object.values(service.depends_on).every(({ condition }) => condition === 'service_healthy'),
      'does not wait for health',
    );
    unless(
      service.ports.every(({ host_ip }) => host_ip === '127.0.0.1'),
      'published beyond loopback',
    );
    unless(service.volumes.length > 0, 'no volume');
    unless(
      service.volumes.every(({ type, source }) => type === 'volume' && source !== undefined),
      'volume without a name',
    );
    unless(service.configs.length === 0, 'reads a file of the checkout, which changes beneath it');
    if (isNats(service)) {
      const configuration = serverConfiguration(service);
      unless(/^\s*sync_interval: always$/m.test(configuration), 'acknowledges before it syncs');
      unless(
        names.filter((other) => other === flag(service, '--name')).length === 1,
        'shares its server name',
      );
    } else {
      unless((service.environment['MUSTER_TOKEN'] ?? '') !== '', 'no token');
    }
    return found;
  });
}

describe('docker-compose.yml', () => {
  test('is accepted by the compose tool and has no fault', () => {
    expect(faults(load(shipped))).toEqual([]);
  });

  test('starts one NATS server and one Muster without a profile', () => {
    const started = Object.entries(load(shipped).services).filter(
      ([, { profiles }]) => profiles.length === 0,
    );
    expect(started.map(([name]) => name).sort()).toEqual(['muster', 'nats']);
  });

  test('publishes only the port of Muster', () => {
    const published = Object.entries(load(shipped).services).flatMap(([name, { ports }]) =>
      ports.map((port) => `${name} ${port.published}`),
    );
    expect(published.sort()).toEqual(['muster 4700', 'muster-cluster 4701']);
  });

  test('has a profile with three servers that know each other, and keeps each stream on all three', () => {
    const project = load(shipped);
    const clustered = Object.entries(project.services).filter(([, { profiles }]) =>
      profiles.includes('cluster'),
    );
    const servers = clustered.filter(([, service]) => isNats(service));

    expect(servers.map(([name]) => name).sort()).toEqual(['nats-1', 'nats-2', 'nats-3']);
    for (const [name, service] of servers) {
      expect(flag(service, '--name')).toBe(name);
      const configuration = serverConfiguration(service);
      expect(configuration).toContain('name: muster');
      for (const [other] of servers) expect(configuration).toContain(`nats://${other}:6222`);
    }
    expect(project.services['muster-cluster']?.environment['MUSTER_REPLICAS']).toBe('3');
  });

  test.each(SECRET_NAMES)('does not start with a %s that nobody chose', (name) => {
    const { status, stderr } = read(shipped, { ...SECRETS, [name]: '' });
    expect(status).not.toBe(0);
    expect(stderr).toContain(name);
  });

  test('every server has accounts, and no secret is written down or on a command line', () => {
    const { services } = load(shipped);
    for (const service of Object.values(services).filter(isNats)) {
      expect(serverConfiguration(service)).toMatch(/^accounts \{$/m);
      expect(service.environment['NATS_PRODUCER_PASSWORD']).toBe('2e5');
      expect(dockerfileOf(service)).toContain('ENTRYPOINT ["nats-entrypoint.sh"]');
    }
    for (const { command } of Object.values(services)) expect(JSON.stringify(command)).not.toContain('1e5');
    const accounts = readFileSync(join(root, '.docker/accounts.conf'), 'utf8');
    const passwords = [...accounts.matchAll(/password: (\S+)/g)].map(([, password]) => password);
    expect(passwords).toEqual(SECRET_NAMES.slice(1).map((name) => `$${name}`));
  });

  test('every Muster shows NATS its password apart from the address, which some characters would break', () => {
    for (const { environment } of Object.values(load(shipped).services).filter((one) => !isNats(one))) {
      expect(environment['NATS_URL']).toMatch(/^nats:\/\/[a-z-]+:4222$/);
      expect(environment).toMatchObject({ NATS_USER: 'service', NATS_PASSWORD: '1e5' });
    }
  });

  test('builds on the newest Node that is promised and on NATS 2.12, the same in every stage', () => {
    const images = Object.values(load(shipped).services).flatMap(imagesOf);
    expect([...new Set(images)].sort()).toEqual([
      expect.stringMatching(/^nats:2\.12\.\d+-alpine$/),
      expect.stringMatching(/^node:24\.\d+\.\d+-bookworm-slim$/),
    ]);
  });

  test('names every package file that npm ci reads, and leaves what a checkout has installed', () => {
    const muster = load(shipped).services['muster'];
    const { workspaces } = z
      .object({ workspaces: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const files = ['package.json', 'package-lock.json', ...workspaces.map((path) => `${path}/package.json`)];
    for (const file of files) expect(muster && dockerfileOf(muster)).toContain(file);
    expect(readFileSync(join(root, '.docker/Dockerfile.dockerignore'), 'utf8')).toMatch(
      /^\*\*\/node_modules$/m,
    );
  });

  test('a password may have any character', async () => {
    const odd = `it's "1e5" $HOME \\ #/@:%41{}`;
    const secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, `${name} ${odd}`]));
    // What the entrypoint makes of them, then what a server does.
    const entrypoint = join(root, '.docker/nats-entrypoint.sh');
    const seen = spawnSync('sh', [entrypoint, process.execPath, '-p', 'JSON.stringify(process.env)'], {
      encoding: 'utf8',
      env: { ...process.env, ...secrets },
    });
    const env = z.record(z.string(), z.string()).parse(JSON.parse(seen.stdout));
    const accounts = readFileSync(join(root, '.docker/accounts.conf'), 'utf8');
    const nats = await startConfiguredServer(accounts, { env });
    onTestFinished(() => nats.stop());
    for (const [user, name] of [
      ['service', 'NATS_SERVICE_PASSWORD'],
      ['producer', 'NATS_PRODUCER_PASSWORD'],
      ['dashboard', 'NATS_DASHBOARD_PASSWORD'],
    ] as const) {
      const ours = { NATS_USER: user, NATS_PASSWORD: secrets[name] ?? '' };
      const connection = await connectToNats(nats.host, {}, ours);
      await connection.close();
    }
  });

  test('its servers take their configuration', (context) => {
    const server = process.env['NATS_SERVER_CURRENT'];
    context.skip(!server, 'NATS_SERVER_CURRENT names no nats-server that knows sync_interval');
    const file = join(root, '.docker/nats-cluster.conf');
    const env = Object.fromEntries(Object.entries(SECRETS).map(([name, secret]) => [name, `"${secret}"`]));
    const { stderr, status } = spawnSync(server ?? '', ['-t', '--config', file], { encoding: 'utf8', env });
    expect(stderr).toContain('is valid');
    expect(status).toBe(0);
  });
});

describe('the check itself', () => {
  test('catches every planted fault', () => {
    expect(faults(load(planted)).sort()).toEqual([
      'muster: does not wait for health',
      'muster: has no muster on PATH',
      'muster: image not pinned',
      'muster: installs anew when a source changes',
      'muster: keeps the modes of the checkout',
      'muster: may change its files or keeps capabilities',
      'muster: may gain privileges',
      'muster: no health check',
      'muster: no token',
      'muster: no volume',
      'muster: published beyond loopback',
      'muster: runs as root',
      'muster: ships source maps',
      'muster: ships what only development needs',
      'nats-2: acknowledges before it syncs',
      'nats-2: image not pinned',
      'nats-2: keeps the modes of the checkout',
      'nats-2: may change its files or keeps capabilities',
      'nats-2: may gain privileges',
      'nats-2: no health check',
      'nats-2: runs as root',
      'nats-2: shares its server name',
      'nats-2: volume without a name',
      'nats: acknowledges before it syncs',
      'nats: image not pinned',
      'nats: may change its files or keeps capabilities',
      'nats: may gain privileges',
      'nats: no health check',
      'nats: published beyond loopback',
      'nats: reads a file of the checkout, which changes beneath it',
      'nats: runs as root',
      'nats: shares its server name',
      'nats: volume without a name',
    ]);
  });

  test('a file that the compose tool rejects does not pass', () => {
    expect(() => load(join(root, 'tests/fixtures/compose/misspelt.yml'))).toThrow(/healtcheck/);
  });
});
