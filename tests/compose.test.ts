import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

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
  configs: z.array(z.object({ source: z.string(), target: z.string().optional() })).default([]),
});
const projectSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  configs: z
    .record(z.string(), z.object({ file: z.string().optional(), content: z.string().optional() }))
    .default({}),
});
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
  ...[...dockerfileOf(service).matchAll(/^FROM\s+(\S+)/gm)].flatMap(([, image]) => image ?? []),
];

/** The value of a flag in a command. */
function flag(service: Service, name: string): string | undefined {
  const words = service.command ?? [];
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

/** A server's configuration as it reads it, with what it includes. */
function serverConfiguration(project: Project, service: Service): string {
  const textAt = (target: string): string => {
    const source = service.configs.find((config) => config.target === target)?.source ?? '';
    const config = project.configs[source];
    const text = config?.content ?? (config?.file ? readFileSync(config.file, 'utf8') : '');
    return text.replace(/^include (\S+)$/gm, (_, file: string) => textAt(join(dirname(target), file)));
  };
  return textAt(flag(service, '--config') ?? '');
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
    if (isNats(service)) {
      const configuration = serverConfiguration(project, service);
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
      const configuration = serverConfiguration(project, service);
      expect(configuration).toContain('name: muster');
      for (const [other] of servers) expect(configuration).toContain(`nats://${other}:6222`);
    }
    expect(project.services['muster-cluster']?.environment['MUSTER_REPLICAS']).toBe('3');
  });

  test.each(Object.keys(SECRETS))('does not start with a %s that nobody chose', (name) => {
    const { status, stderr } = read(shipped, { ...SECRETS, [name]: '' });
    expect(status).not.toBe(0);
    expect(stderr).toContain(name);
  });

  test('every server has accounts, and no secret is written down or on a command line', () => {
    const { services, configs } = load(shipped);
    for (const service of Object.values(services).filter(isNats)) {
      expect(serverConfiguration({ services, configs }, service)).toMatch(/^accounts \{$/m);
      expect(service.environment['NATS_PRODUCER_PASSWORD']).toBe('"2e5"');
    }
    for (const { command } of Object.values(services)) expect(JSON.stringify(command)).not.toContain('1e5');
    const accounts = readFileSync(join(root, '.docker/accounts.conf'), 'utf8');
    const passwords = [...accounts.matchAll(/password: (\S+)/g)].map(([, password]) => password);
    expect(passwords).toEqual([
      '$NATS_SERVICE_PASSWORD',
      '$NATS_PRODUCER_PASSWORD',
      '$NATS_DASHBOARD_PASSWORD',
    ]);
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
      'muster: image not pinned',
      'muster: may change its files or keeps capabilities',
      'muster: may gain privileges',
      'muster: no health check',
      'muster: no token',
      'muster: no volume',
      'muster: published beyond loopback',
      'muster: runs as root',
      'nats-2: acknowledges before it syncs',
      'nats-2: image not pinned',
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
      'nats: runs as root',
      'nats: shares its server name',
      'nats: volume without a name',
    ]);
  });

  test('a file that the compose tool rejects does not pass', () => {
    expect(() => load(join(root, 'tests/fixtures/compose/misspelt.yml'))).toThrow(/healtcheck/);
  });
});
