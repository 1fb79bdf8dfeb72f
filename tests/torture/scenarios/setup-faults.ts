import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect } from 'nats';
import { checkOverNats } from '../check/check.ts';
import { expectPlainEnd, expectThat } from '../expectation.ts';
import { factsOf } from '../facts.ts';
import { freePort, muster, start } from '../processes.ts';
import { produceOverHttp } from '../producers.ts';
import { randomOf } from '../random.ts';
import { startTorturedService } from '../service.ts';
import { overNats } from '../site.ts';
import { addFaults } from '../summary.ts';
import type { Scenario } from './scenario.ts';

const ROLL = 'torture.record';
const WAIT_MS = 30_000;

/** `muster serve` over a nats-server, on a free port and in a directory of its own. */
async function serveOver(nats: string) {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-setup-'));
  try {
    return await muster(['serve', '--nats', nats, '--data', directory, '--port', '0'], {}, WAIT_MS);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A nats-server with these settings, as long as `work` takes. */
async function withServer(
  binary: string,
  settings: string,
  work: (address: string) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-setup-'));
  const port = await freePort();
  const config = join(directory, 'nats.conf');
  await writeFile(config, `listen: "127.0.0.1:${port}"\n${settings.replaceAll('STORE', directory)}\n`);
  const server = start(binary, ['--config', config]);
  try {
    for (let tries = 0; tries < 100 && !(await answers(port)); tries++) await delay(100);
    await work(`127.0.0.1:${port}`);
  } finally {
    await server.signal('SIGKILL');
    await rm(directory, { recursive: true });
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await connect({
      servers: `127.0.0.1:${port}`,
      user: 'torture',
      pass: 'right',
      timeout: 500,
    });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

const withoutJetStream: Scenario = {
  name: 'no-jetstream',
  about: 'a nats-server without JetStream: said, with an exit code, by serve and by play',
  lines: 'each',
  async run(tally, _settings, { binary }) {
    await withServer(binary, '', async (address) => {
      expectPlainEnd(tally, await serveOver(`nats://${address}`), 3, /JetStream/);
      expectPlainEnd(
        tally,
        await muster(['play', 'record', '--nats', `nats://${address}`], {}, WAIT_MS),
        3,
        /JetStream/,
      );
    });
    tally.rounds += 1;
  },
};

const wrongCredentials: Scenario = {
  name: 'wrong-credentials',
  about: 'a password that is wrong or missing: said, exit code 3, and the password is not in what is said',
  lines: 'each',
  async run(tally, _settings, { binary }) {
    const settings = 'jetstream { store_dir: "STORE" }\nauthorization { user: torture, password: right }';
    await withServer(binary, settings, async (address) => {
      for (const who of ['torture:wrong-secret@', '']) {
        for (const ended of [
          await serveOver(`nats://${who}${address}`),
          await muster(['play', 'record', '--nats', `nats://${who}${address}`], {}, WAIT_MS),
        ]) {
          expectPlainEnd(tally, ended, 3, /authori[sz]|credentials|password/i);
          const isSecret = !`${ended.stdout}${ended.stderr}`.includes('wrong-secret');
          expectThat(tally, isSecret, 'no password is printed', ended.stderr);
        }
      }
    });
    tally.rounds += 1;
  },
};

const otherSettings: Scenario = {
  name: 'other-settings',
  about:
    'MUSTER_EVENTS or MUSTER_OUT made by somebody else: mended where that loses nothing, else refused by name',
  lines: 'each',
  async run(tally, settings, line) {
    for (const name of ['MUSTER_EVENTS', 'MUSTER_OUT'] as const) {
      const subjects =
        name === 'MUSTER_EVENTS'
          ? ['muster.*.*.event.>']
          : ['muster.*.*.transition.>', 'muster.*.*.refusal.>'];
      for (const storage of [StorageType.Memory, StorageType.File]) {
        await overNats(line, async ({ server, connection, directory }) => {
          const manager = await jetstreamManager(connection);
          // In memory: nothing can mend that. In a file, with limits that would drop what is old: that can be.
          const limits = storage === StorageType.File ? { max_msgs: 10 } : {};
          await manager.streams.add({
            name,
            subjects,
            storage,
            retention: RetentionPolicy.Limits,
            ...limits,
          });
          if (storage === StorageType.Memory) {
            expectPlainEnd(tally, await serveOver(server.url), 1, new RegExp(`${name}.*storage`));
            return;
          }
          const service = await startTorturedService([
            '--nats',
            server.url,
            '--data',
            join(directory, 'data'),
          ]);
          try {
            const acknowledged = new Map<string, number | null>();
            const facts = factsOf(
              name.toLowerCase().replace('_', '-'),
              settings.facts,
              randomOf(settings.seed, name),
              false,
            );
            await produceOverHttp(service.url, ROLL, facts, (identity, seq) =>
              acknowledged.set(identity, seq),
            );
            tally.acknowledged += acknowledged.size;
            addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
          } finally {
            await service.kill();
          }
        });
        tally.rounds += 1;
      }
    }
  },
};

const clockBack: Scenario = {
  name: 'clock-back',
  about: 'the wall clock of the service jumps back by an hour, again and again, under load',
  lines: 'each',
  async run(tally, settings, line) {
    const shift = fileURLToPath(new URL('../clock-shift.mjs', import.meta.url));
    await overNats(line, async ({ server, connection, directory }) => {
      const env = { NODE_OPTIONS: `--import=${shift}` };
      const service = await startTorturedService(
        ['--nats', server.url, '--data', join(directory, 'data')],
        env,
      );
      try {
        const acknowledged = new Map<string, number | null>();
        const facts = factsOf('clock', settings.facts * 4, randomOf(settings.seed, 'clock-back'), false);
        const begun = performance.now();
        await produceOverHttp(service.url, ROLL, facts, (identity, seq) => {
          acknowledged.set(identity, seq);
          if (acknowledged.size % 20 === 0) process.kill(service.pid, 'SIGUSR2');
        });
        tally.acknowledged += acknowledged.size;
        const ms = (performance.now() - begun) / facts.length;
        tally.notes.push(`${Math.floor(acknowledged.size / 20)} hours back, ${ms.toFixed(1)} ms a request`);
        addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
        const ready = await fetch(`${service.url}/readyz`);
        expectThat(tally, ready.ok, 'the service is ready', `${ready.status} ${await ready.text()}`);
        const code = await service.stop();
        expectThat(tally, code === 0, 'SIGTERM ends it with 0', `${code} ${service.stderr()}`);
      } finally {
        await service.kill();
      }
      tally.rounds += 1;
    });
  },
};

export const setupFaults: readonly Scenario[] = [
  withoutJetStream,
  wrongCredentials,
  otherSettings,
  clockBack,
];
