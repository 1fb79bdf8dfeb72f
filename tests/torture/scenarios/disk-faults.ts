import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { startLocalServer } from '../../../src/log/local-server.ts';
import { checkEmbedded, checkOverNats } from '../check/check.ts';
import { expectPlainEnd, expectThat } from '../expectation.ts';
import { factsOf } from '../facts.ts';
import { muster } from '../processes.ts';
import { produceOverHttp } from '../producers.ts';
import { randomOf } from '../random.ts';
import { startTorturedService, type TorturedService } from '../service.ts';
import { mountSmallDisk, NO_MOUNT, type SmallDisk } from '../small-disk.ts';
import { addFaults, type Tally } from '../summary.ts';
import type { Scenario, ServerLine, Settings } from './scenario.ts';

const ROLL = 'torture.record';
/** A NATS server whose disk is full may say nothing at all: two appends go unanswered, for ten seconds each. */
const ANSWER_MS = 45_000;

/** Produces over HTTP until all has a verdict, and what was acknowledged. */
async function produce(tally: Tally, service: TorturedService, name: string, { seed, facts }: Settings) {
  const acknowledged = new Map<string, number | null>();
  const made = factsOf(name, facts, randomOf(seed, name), false);
  await produceOverHttp(service.url, ROLL, made, (identity, seq) => acknowledged.set(identity, seq));
  tally.acknowledged += acknowledged.size;
  return acknowledged;
}

const note = (id: string) =>
  JSON.stringify({
    specversion: '1.0',
    ...{ id, source: '/torture/full', type: 'contingent.deployed', subject: id },
    ...{ time: '2025-01-01T00:00:00Z', basis: 'assessed', note: 'x'.repeat(100_000) },
    data: { strength: 1, kind: 'infantry', origin: 'torture' },
  });

/** Posts large events until the disk is full; the identities that were acknowledged, and the answer that was not. */
async function fillOverHttp({ url }: TorturedService) {
  const acknowledged = new Map<string, number | null>();
  for (let count = 0; count < 1_000; count++) {
    const asked = performance.now();
    const response = await fetch(`${url}/api/rolls/torture/record/events?open=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: note(`full-${count}`),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch((error: unknown) => new Response(String(error), { status: 599 }));
    const text = await response.text();
    const seconds = Math.round((performance.now() - asked) / 1_000);
    if (response.status !== 201) return { acknowledged, status: response.status, text, seconds };
    acknowledged.set(`/torture/full full-${count}`, null);
  }
  return { acknowledged, status: 0, text: 'the disk never was full', seconds: 0 };
}

async function onSmallDisk(
  tally: Tally,
  megabytes: number,
  work: (disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const disk = await mountSmallDisk(megabytes);
  if (disk === null) {
    tally.skipped = NO_MOUNT;
    return;
  }
  try {
    await work(disk);
    tally.rounds += 1;
  } finally {
    await disk.discard();
  }
}

async function inDirectory(tally: Tally, work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-fault-'));
  try {
    await work(directory);
    tally.rounds += 1;
  } finally {
    await rm(directory, { recursive: true });
  }
}

const fullLog: Scenario = {
  name: 'disk-full-log',
  about: 'no room left for the embedded log: answered 503, nothing lost, goes on once there is room',
  lines: null,
  async run(tally, settings) {
    await onSmallDisk(tally, 24, async (disk) => {
      const data = join(disk.path, 'data');
      const service = await startTorturedService(['--data', data]);
      try {
        const acknowledged = await produce(tally, service, 'before', settings);
        const { acknowledged: large, status, text } = await fillOverHttp(service);
        expectThat(
          tally,
          status === 503 && /make room/.test(text),
          'a full disk is answered 503',
          `${status} ${text}`,
        );
        tally.acknowledged += large.size;
        for (const [identity, seq] of large) acknowledged.set(identity, seq);
        expectThat(tally, service.crashes.length === 0, 'the service stays up', service.crashes.join());
        addFaults(tally, await checkEmbedded(join(data, 'log'), service.url, ROLL, acknowledged));
        const health = await fetch(`${service.url}/healthz`);
        expectThat(tally, health.ok, 'the service is alive with a full disk', `${health.status}`);
        await service.kill();
        await service.restart();
        addFaults(tally, await checkEmbedded(join(data, 'log'), service.url, ROLL, acknowledged));
      } finally {
        await service.kill();
      }
    });
  },
};

const fullCheckpoints: Scenario = {
  name: 'disk-full-checkpoints',
  about: 'no room left for checkpoints, the log in NATS elsewhere: said once, everything else goes on',
  lines: 'each',
  async run(tally, settings, line) {
    await onSmallDisk(tally, 4, async (disk) => {
      await inDirectory(tally, async (directory) => {
        const server = await startLocalServer({ directory, binary: line.binary });
        const connection = await connect({ servers: server.url });
        await disk.fill();
        try {
          const service = await startTorturedService(['--nats', server.url, '--data', disk.path]);
          try {
            const acknowledged = await produce(tally, service, 'full', settings);
            addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
            const code = await service.stop();
            expectThat(tally, code === 0, 'SIGTERM ends it with 0', `${code}: ${service.stderr()}`);
            const left = (await readdir(disk.path, { recursive: true })).filter((name) =>
              name.endsWith('.tmp'),
            );
            expectThat(tally, left.length === 0, 'no half-written checkpoint is left', left.join());
            await disk.free();
            await service.restart();
            addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
          } finally {
            await service.kill();
          }
        } finally {
          await connection.close();
          await server.stop();
        }
      });
      tally.rounds -= 1;
    });
  },
};

const fullNats: Scenario = {
  name: 'disk-full-nats',
  about: "no room left for nats-server's store: answered 503 or 504, goes on once there is room",
  lines: 'each',
  async run(tally, settings, line: ServerLine) {
    await onSmallDisk(tally, 64, async (disk) => {
      await inDirectory(tally, async (data) => {
        const start = () =>
          startLocalServer({ directory: join(disk.path, 'nats'), binary: line.binary, port });
        let port = -1;
        let server = await start();
        port = Number(new URL(server.url).port);
        const service = await startTorturedService(['--nats', server.url, '--data', data]);
        try {
          const acknowledged = await produce(tally, service, 'before', settings);
          await disk.fill();
          const { acknowledged: large, status, text, seconds } = await fillOverHttp(service);
          expectThat(tally, status === 503, 'a full disk is answered 503', `${status} ${text}`);
          tally.notes.push(`with a full disk: after ${seconds} s: ${status} ${text.slice(0, 300)}`);
          tally.acknowledged += large.size;
          for (const [identity, seq] of large) acknowledged.set(identity, seq);
          await disk.free();
          // A server whose store failed stops JetStream until it is started again: an operator does that.
          server.process.kill('SIGKILL');
          await server.stop();
          tally.kills += 1;
          server = await start();
          for (const [identity, seq] of await produce(tally, service, 'after', settings))
            acknowledged.set(identity, seq);
          const connection = await connect({ servers: server.url });
          addFaults(tally, await checkOverNats(connection, ROLL, acknowledged));
          await connection.close();
          expectThat(tally, service.crashes.length === 0, 'the service stays up', service.crashes.join());
        } finally {
          await service.kill();
          await server.stop();
        }
      });
      tally.rounds -= 1;
    });
  },
};

const readOnly: Scenario = {
  name: 'read-only',
  about: 'a data directory on a read-only file system: said, exit code 1; and one that becomes read-only',
  lines: null,
  async run(tally, settings) {
    await onSmallDisk(tally, 24, async (disk) => {
      disk.setReadOnly(true);
      const never = await muster(['serve', '--data', join(disk.path, 'data'), '--port', '0'], {}, 30_000);
      expectPlainEnd(tally, never, 1, /read-only/);
      disk.setReadOnly(false);
      const data = join(disk.path, 'data');
      const service = await startTorturedService(['--data', data]);
      const acknowledged = await produce(tally, service, 'before', settings);
      await service.stop();
      disk.setReadOnly(true);
      expectPlainEnd(
        tally,
        await muster(['serve', '--data', data, '--port', '0'], {}, 30_000),
        1,
        /read-only/,
      );
      disk.setReadOnly(false);
      await service.restart();
      addFaults(tally, await checkEmbedded(join(data, 'log'), service.url, ROLL, acknowledged));
      await service.kill();
    });
  },
};

const brokenCheckpoint: Scenario = {
  name: 'corrupt-checkpoint',
  about: 'bits of a checkpoint flipped, or its end cut off: discarded with a warning, the log replayed',
  lines: null,
  async run(tally, settings) {
    await inDirectory(tally, async (data) => {
      const service = await startTorturedService(['--data', data]);
      try {
        const acknowledged = await produce(tally, service, 'before', settings);
        const file = join(data, 'checkpoints', `${ROLL}.checkpoint`);
        const random = randomOf(settings.seed, 'corrupt-checkpoint');
        const damages = [
          async (bytes: Buffer) => {
            const at = random.between(0, bytes.length - 1);
            bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
            await writeFile(file, bytes);
          },
          async (bytes: Buffer) => truncate(file, random.between(0, bytes.length - 1)),
          async () => writeFile(file, 'no checkpoint at all'),
        ];
        for (const damage of damages) {
          await service.stop();
          await damage(await readFile(file));
          await service.restart();
          addFaults(tally, await checkEmbedded(join(data, 'log'), service.url, ROLL, acknowledged));
          expectThat(tally, /Discarded a checkpoint/.test(service.stderr()), 'it says so', service.stderr());
        }
      } finally {
        await service.kill();
      }
    });
  },
};

const brokenLmdb: Scenario = {
  name: 'truncated-lmdb',
  about:
    "the embedded log's file cut off or a page overwritten: said, with an exit code; nothing served as if whole",
  lines: null,
  async run(tally, settings) {
    for (const damage of ['cut in half', 'cut to a page', 'first pages overwritten', 'emptied'] as const) {
      await inDirectory(tally, async (data) => {
        const service = await startTorturedService(['--data', data]);
        const acknowledged = await produce(tally, service, 'before', settings);
        await service.kill();
        const directory = join(data, 'log');
        const file = join(directory, (await readdir(directory)).find((name) => name === 'data.mdb') ?? '');
        const bytes = await readFile(file);
        if (damage === 'cut in half') await truncate(file, Math.floor(bytes.length / 2));
        else if (damage === 'cut to a page') await truncate(file, 4_096);
        else if (damage === 'emptied') await truncate(file, 0);
        else {
          const handle = await open(file, 'r+');
          await handle.write(Buffer.alloc(8_192, 0xa5), 0, 8_192, 0);
          await handle.close();
        }
        const ended = await muster(['serve', '--data', data, '--port', '0'], {}, 15_000);
        const { code, signal, stdout, stderr } = ended;
        const isTold = code === 1 && /cannot keep a log|damaged/.test(stderr) && !/^\s+at /m.test(stderr);
        expectThat(
          tally,
          isTold,
          `a log ${damage} is refused with a sentence and exit code 1`,
          `${code ?? signal}: ${stdout}${stderr}`,
        );
        if (isTold) tally.notes.push(`${damage}: ${stderr.trim().split('\n').at(-1)}`);
        tally.notes.push(`${damage}: ${acknowledged.size} events were acknowledged before`);
      });
    }
  },
};

export const diskFaults: readonly Scenario[] = [
  fullLog,
  fullCheckpoints,
  fullNats,
  readOnly,
  brokenCheckpoint,
  brokenLmdb,
];
