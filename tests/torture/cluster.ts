import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from 'nats';
import { freePort, type Running, start } from './processes.ts';
import type { ServerLine } from './scenarios/scenario.ts';

/** Three nats-servers with JetStream that make one cluster, on this machine alone. */
export interface Cluster {
  /** Where each node takes clients. */
  readonly urls: readonly string[];
  readonly connection: NatsConnection;
  /** For what else belongs to a run. */
  readonly directory: string;
  /** Why the last node cannot be cut off here; null if it can. */
  readonly noCut: string | null;
  /** SIGKILL or SIGTERM, waited for. */
  end(node: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  restart(node: number): void;
  /** Resolves when every node says that all it keeps is up to date. */
  whole(): Promise<void>;
  /** The node that leads a stream. */
  leaderOf(stream: string): Promise<number>;
  /** Takes the cable out of the last node: nothing reaches it or comes from it, and nobody is told. */
  cut(): void;
  mend(): void;
}

/** The last: the one with a network of its own, where that is to be had. */
export const LAST = 2;
const NODES = [0, 1, LAST] as const;
const WHOLE_MS = 120_000;

/** Runs `work` over a new cluster, all gone at the end. */
export async function overCluster(
  line: ServerLine,
  work: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-cluster-'));
  const network = openNetwork();
  const nodes: Running[] = [];
  let connection: NatsConnection | null = null;
  try {
    const configs = await writeConfigs(directory, network);
    const launch = (node: number) => {
      const command = [...network.prefix(node), line.binary, '--config', configs[node]?.file ?? ''];
      nodes[node] = start(command[0] ?? '', command.slice(1));
    };
    for (const node of NODES) launch(node);
    const urls = configs.map(({ url }) => url);
    const whole = async () => {
      for (const deadline = performance.now() + WHOLE_MS; ; await delay(200)) {
        const answers = await Promise.all(configs.map(({ health }) => answerOf(health)));
        if (answers.every((answer) => answer === 'ok')) return;
        if (performance.now() > deadline) throw new Error(`the cluster is not whole: ${answers.join('; ')}`);
      }
    };
    await whole();
    const pings = { pingInterval: 1_000, maxPingOut: 2, reconnectTimeWait: 100, maxReconnectAttempts: -1 };
    const opened = await connect({ servers: urls, ...pings });
    connection = opened;
    await work({
      ...{ urls, connection, directory, whole },
      noCut: network.why,
      end: async (node, signal) => nodes[node]?.signal(signal),
      restart: launch,
      async leaderOf(stream) {
        const { cluster } = await (await jetstreamManager(opened)).streams.info(stream);
        return configs.findIndex(({ name }) => name === cluster?.leader);
      },
      cut: () => network.setUp(false),
      mend: () => network.setUp(true),
    });
  } finally {
    await connection?.close();
    for (const node of nodes) await node.signal('SIGKILL');
    network.discard();
    await rm(directory, { recursive: true });
  }
}

interface NodeConfig {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  /** The address of its health check. */
  readonly health: string;
}

async function writeConfigs(directory: string, network: Network): Promise<NodeConfig[]> {
  const places = [];
  for (const node of NODES) {
    const ports = [await freePort(), await freePort(), await freePort()].map(
      (port) => `${network.host(node)}:${port}`,
    );
    places.push({ name: `node-${node + 1}`, ports });
  }
  const routes = places.map(({ ports }) => `"nats://${ports[1]}"`).join(', ');
  const configs: NodeConfig[] = [];
  for (const { name, ports } of places) {
    const [client = '', route = '', monitor = ''] = ports;
    const file = join(directory, `${name}.conf`);
    await mkdir(join(directory, name));
    const lines = [
      `server_name: ${name}`,
      `listen: "${client}"`,
      `http: "${monitor}"`,
      `jetstream { store_dir: ${JSON.stringify(join(directory, name))} }`,
      `cluster { name: torture, listen: "${route}", routes: [${routes}] }`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    configs.push({ name, file, url: `nats://${client}`, health: `http://${monitor}/healthz` });
  }
  return configs;
}

async function answerOf(health: string): Promise<string> {
  try {
    const response = await fetch(health, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? 'ok' : await response.text();
  } catch (error) {
    return String(error);
  }
}

interface Network {
  /** Why its last node has none of its own; null if it has. */
  readonly why: string | null;
  host(node: number): string;
  /** What a command is run by to be on the network of a node. */
  prefix(node: number): readonly string[];
  setUp(isUp: boolean): void;
  discard(): void;
}

/** A pair of virtual cards, one here and one in a network namespace, which only root may make. */
function openNetwork(): Network {
  const name = `muster-${process.pid}`;
  const [here, there] = [`mh${process.pid}`, `mt${process.pid}`];
  const subnet = `10.213.${process.pid % 256}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
  const discard = () => {
    for (const args of [
      ['link', 'delete', here],
      ['netns', 'delete', name],
    ]) {
      try {
        ip(...args);
      } catch {
        // it was never made, or went with the other
      }
    }
  };
  try {
    ip('netns', 'add', name);
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    ip('address', 'add', `${subnet}.1/24`, 'dev', here);
    ip('-netns', name, 'address', 'add', `${subnet}.2/24`, 'dev', there);
    ip('link', 'set', here, 'up');
    ip('-netns', name, 'link', 'set', there, 'up');
    ip('-netns', name, 'link', 'set', 'lo', 'up');
  } catch (error) {
    discard();
    const why = `no network namespace can be had: ${error instanceof Error ? error.message.trim() : error}`;
    return { why, host: () => '127.0.0.1', prefix: () => [], setUp: () => {}, discard: () => {} };
  }
  process.once('exit', discard); // a run that is broken off leaves no network behind
  return {
    why: null,
    host: (node) => (node === LAST ? `${subnet}.2` : `${subnet}.1`),
    prefix: (node) => (node === LAST ? ['ip', 'netns', 'exec', name] : []),
    setUp: (isUp) => ip('-netns', name, 'link', 'set', there, isUp ? 'up' : 'down'),
    discard: () => {
      process.off('exit', discard);
      discard();
    },
  };
}
