import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from 'nats';
import { startThrowawayServer, type ThrowawayServer } from '../../support/nats-server.ts';
import { checkEmbedded, checkOverNats, checkVerified } from '../check/check.ts';
import { factsOf } from '../facts.ts';
import { start } from '../processes.ts';
import { type OnAcknowledged, produceOverHttp, produceOverJetStream } from '../producers.ts';
import { type Random, randomOf } from '../random.ts';
import { startTorturedService, type TorturedService } from '../service.ts';
import { addFaults, type Fault, type Tally } from '../summary.ts';
import { withoutDuplicateWindow } from '../window.ts';
import type { Scenario, ServerLine, Settings } from './scenario.ts';

type Victim = 'follower' | 'producer' | 'nats-server';

/** The rolls that are produced for: two, so that each moves the stream under the other. */
const ROLLS = ['torture.record', 'torture.other'] as const;
const MOST_KILLS = 3;
const MOST_MS_AFTER_ACK = 30;
const MOST_MS_DOWN = 400;
const ROUND_TIMEOUT_MS = 240_000;

/** kill -9 of these, at random moments while events come in by every way, over NATS. */
function killing(name: string, about: string, victims: readonly [Victim, ...Victim[]]): Scenario {
  return {
    name,
    about,
    lines: 'each',
    async run(tally, settings, line, say) {
      await overNats(line, async ({ server, connection, service, directory }) => {
        const acknowledged = new Map(ROLLS.map((roll) => [roll, new Map<string, number | null>()]));
        for (let round = 1; round <= settings.rounds; round++) {
          const random = randomOf(settings.seed, name, line.version, round);
          await withoutDuplicateWindow(connection);
          const producers = producersOf(round, { url: service.url, nats: server.url, connection, settings });
          const kill = async (): Promise<void> => {
            const victim = random.pick(victims);
            const downMs = random.between(0, MOST_MS_DOWN);
            switch (victim) {
              case 'follower':
                await service.kill();
                await delay(downMs);
                return service.restart();
              case 'nats-server':
                await server.kill();
                await delay(downMs);
                return server.restart();
              case 'producer': {
                const [first, ...others] = producers;
                if (first !== undefined) await random.pick([first, ...others]).kill();
                return;
              }
            }
          };
          await produceAndKill(tally, settings, { random, producers, kill, acknowledged });
          for (const roll of ROLLS) {
            addFaults(tally, await checkOverNats(connection, roll, acknowledged.get(roll) ?? new Map()));
            const where = ['--nats', server.url, '--data', join(directory, 'data')];
            await verify(tally, roll, where);
          }
          addFaults(tally, crashesOf(service));
          finishRound(tally, round, settings, say);
        }
      });
    },
  };
}

const killEmbedded: Scenario = {
  name: 'kill-embedded',
  about: 'kill -9 of a service with its embedded log, while events come in over HTTP',
  lines: null,
  async run(tally, settings, _line, say) {
    const directory = await mkdtemp(join(tmpdir(), 'muster-torture-embedded-'));
    const service = await startTorturedService(['--data', directory]);
    try {
      const [roll] = ROLLS;
      const acknowledged = new Map([[roll, new Map<string, number | null>()]]);
      for (let round = 1; round <= settings.rounds; round++) {
        const random = randomOf(settings.seed, 'kill-embedded', round);
        const producers = ['a', 'b', 'c'].map((name) =>
          producerProcess('http', service.url, roll, `r${round}-${name}`, settings),
        );
        const kill = async () => {
          await service.kill();
          await delay(random.between(0, MOST_MS_DOWN));
          await service.restart();
        };
        await produceAndKill(tally, settings, { random, producers, kill, acknowledged });
        const told = acknowledged.get(roll) ?? new Map();
        addFaults(tally, await checkEmbedded(join(directory, 'log'), service.url, roll, told));
        await verify(tally, roll, ['--server', service.url]);
        addFaults(tally, crashesOf(service));
        finishRound(tally, round, settings, say);
      }
    } finally {
      await service.kill();
      await rm(directory, { recursive: true });
    }
  },
};

export const kills: readonly Scenario[] = [
  killing('kill-follower', 'kill -9 of muster serve --nats', ['follower']),
  killing('kill-producer', 'kill -9 of producers: JetStream and HTTP', ['producer']),
  killing('kill-nats', 'kill -9 of nats-server, started again on the same store', ['nats-server']),
  killing('kill-all', 'kill -9 of any of these', ['follower', 'producer', 'nats-server']),
  killEmbedded,
];

export interface Producer {
  /** What it was told, handed on at once. */
  run(onAcknowledged: OnAcknowledged): Promise<void>;
  kill(): Promise<void>;
  readonly roll: string;
}

interface Places {
  readonly url: string;
  readonly nats: string;
  readonly connection: NatsConnection;
  readonly settings: Settings;
}

function producersOf(round: number, { url, nats, settings }: Places): Producer[] {
  const [record, other] = ROLLS;
  return [
    producerProcess('nats', nats, record, `r${round}-js`, settings),
    producerProcess('http', url, record, `r${round}-http`, settings),
    producerProcess('nats', nats, other, `r${round}-other`, settings),
  ];
}

/** A process that produces; killed, another goes on from the first event of which no acknowledgement was seen. */
export function producerProcess(
  way: 'http' | 'nats',
  address: string,
  roll: string,
  name: string,
  { seed, facts }: Settings,
): Producer {
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  let isDone = false;
  let done = 0;
  let kill = async () => {};
  return {
    roll,
    async run(onAcknowledged) {
      const identities = factsOf(name, facts, randomOf(seed, name), way === 'nats').map(({ identity }) => identity);
      while (!isDone) {
        const script = [path('../../support/run-ts.mjs'), path('../producer-process.ts')];
        const rest = [way, address, roll, name, seed, facts, done].map(String);
        const process_ = start(process.execPath, [...script, ...rest]);
        let isKilled = false;
        kill = async () => {
          isKilled = true;
          await process_.signal('SIGKILL');
        };
        process_.onLine((line) => {
          const [seq = '', ...words] = line.split(' ');
          const identity = words.join(' ');
          done = Math.max(done, identities.indexOf(identity) + 1);
          onAcknowledged(identity, seq === '-' ? null : Number(seq));
        });
        const { code, stderr } = await process_.ended;
        if (!isKilled && code !== 0) throw new Error(`a producer ended with ${code}: ${stderr}`);
        isDone = code === 0;
      }
    },
    kill: () => kill(),
  };
}

interface Doings {
  readonly random: Random;
  readonly producers: readonly Producer[];
  readonly kill: () => Promise<void>;
  readonly acknowledged: ReadonlyMap<string, Map<string, number | null>>;
}

/** Has all producers produce all that they have, and kills after drawn numbers of acknowledgements. */
export async function produceAndKill(tally: Tally, settings: Settings, doings: Doings): Promise<void> {
  const { random, producers, kill, acknowledged } = doings;
  // Not all that is made is acknowledged (the gate refuses some), so the last moments are left out.
  const most = Math.floor(producers.length * settings.facts * 0.8);
  const moments = Array.from({ length: random.between(1, MOST_KILLS) }, () => ({
    after: random.between(1, most),
    ms: random.between(0, MOST_MS_AFTER_ACK),
  })).sort((one, other) => one.after - other.after);
  let count = 0;
  let killing = Promise.resolve();
  const onAcknowledged = (roll: string) => (identity: string, seq: number | null) => {
    acknowledged.get(roll)?.set(identity, seq);
    tally.acknowledged += 1;
    count += 1;
    while (moments[0] !== undefined && moments[0].after <= count) {
      const ms = moments.shift()?.ms ?? 0;
      killing = killing.then(async () => {
        await delay(ms);
        await kill();
        tally.kills += 1;
      });
    }
  };
  const running = Promise.all(producers.map((producer) => producer.run(onAcknowledged(producer.roll))));
  const late = delay(ROUND_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`the producers of a round did not end within ${ROUND_TIMEOUT_MS / 1_000} s`);
  });
  await Promise.race([running, late]);
  await killing;
}

interface NatsSite {
  readonly server: ThrowawayServer;
  readonly connection: NatsConnection;
  readonly service: TorturedService;
  readonly directory: string;
}

async function overNats(line: ServerLine, work: (site: NatsSite) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-'));
  const server = await startThrowawayServer(line.binary);
  try {
    const connection = await server.connect();
    const service = await startTorturedService(['--nats', server.url, '--data', join(directory, 'data')]);
    try {
      await work({ server, connection, service, directory });
    } finally {
      await service.kill();
    }
  } finally {
    await server.discard();
    await rm(directory, { recursive: true });
  }
}

/** Has `muster verify` say whether a roll is what its log makes of it, where there is that command. */
export async function verify(tally: Tally, roll: string, where: readonly string[]): Promise<void> {
  const found = await checkVerified(roll, where);
  if (found === null) return;
  tally.verified += 1;
  addFaults(tally, found);
}

export function crashesOf({ crashes }: TorturedService): Fault[] {
  return crashes.map((message) => ({ kind: 'other', message }));
}

export function finishRound(tally: Tally, round: number, { rounds }: Settings, say: (text: string) => void): void {
  tally.rounds += 1;
  const { kills, acknowledged, faults } = tally;
  say(`round ${round} of ${rounds}: ${kills} kills, ${acknowledged} events acknowledged, ${faults.length} faults`);
}
