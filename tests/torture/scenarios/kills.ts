import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkEmbedded, checkOverNats } from '../check/check.ts';
import { PLAYED, Player } from '../player.ts';
import { type Producer, producerProcess } from '../producer.ts';
import { randomOf } from '../random.ts';
import { finishRound, produceAndKill, verify } from '../round.ts';
import { startTorturedService } from '../service.ts';
import { overNats } from '../site.ts';
import { addFaults } from '../summary.ts';
import { withoutDuplicateWindow } from '../window.ts';
import type { Scenario, Settings } from './scenario.ts';

type Victim = 'follower' | 'producer' | 'nats-server';

/** The rolls that are produced for: two, so that each moves the stream under the other. */
const ROLLS = ['torture.record', 'torture.other'] as const;
const MOST_MS_DOWN = 400;

/** kill -9 of these, at random moments while events come in by every way, over NATS. */
function killing(name: string, about: string, victims: readonly [Victim, ...Victim[]]): Scenario {
  return {
    name,
    about,
    lines: 'each',
    isPatient: true,
    async run(tally, settings, line, say) {
      await overNats(line, async ({ server, connection, directory }) => {
        const where = ['--nats', server.url, '--data', join(directory, 'data')];
        const service = await startTorturedService(where, { MUSTER_LEASE: String(settings.leaseSeconds) });
        try {
          const player = new Player(connection, server.url, directory, settings);
          const rolls = victims.includes('producer') ? [...ROLLS, PLAYED] : ROLLS;
          const acknowledged = new Map(rolls.map((roll) => [roll, new Map<string, number | null>()]));
          for (let round = 1; round <= settings.rounds; round++) {
            const random = randomOf(settings.seed, name, line.version, round);
            await withoutDuplicateWindow(connection);
            const [first, ...others] = producersOf(round, { url: service.url, nats: server.url, settings });
            const kill = async (): Promise<number> => {
              const victim = random.pick(victims);
              const downMs = random.between(0, MOST_MS_DOWN);
              switch (victim) {
                case 'follower':
                  await service.kill();
                  await delay(downMs);
                  await service.restart();
                  return 1;
                case 'nats-server':
                  await server.kill();
                  await delay(downMs);
                  await server.restart();
                  return 1;
                case 'producer':
                  return random.pick([first, ...others]).kill();
              }
            };
            const playing = randomOf(settings.seed, name, line.version, round, 'player');
            const onKilled = () => {
              tally.kills += 1;
            };
            const players = victims.includes('producer')
              ? [player.producer(`r${round}`, playing, onKilled)]
              : [];
            const producers = [first, ...others, ...players];
            await produceAndKill(tally, settings, { random, producers, kill, acknowledged });
            const checks = rolls.map((roll) =>
              checkOverNats(connection, roll, acknowledged.get(roll) ?? new Map()),
            );
            for (const found of await Promise.all(checks)) addFaults(tally, found);
            await verify(tally, null, where);
            finishRound(tally, [service], settings, say);
          }
        } finally {
          await service.kill();
        }
      });
    },
  };
}

const killEmbedded: Scenario = {
  name: 'kill-embedded',
  about: 'kill -9 of a service with its embedded log, while events come in over HTTP',
  lines: null,
  isPatient: true,
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
          return 1;
        };
        await produceAndKill(tally, settings, { random, producers, kill, acknowledged });
        const told = acknowledged.get(roll) ?? new Map();
        addFaults(tally, await checkEmbedded(join(directory, 'log'), service.url, roll, told));
        await verify(tally, null, ['--data', directory]);
        finishRound(tally, [service], settings, say);
      }
    } finally {
      await service.kill();
      await rm(directory, { recursive: true });
    }
  },
};

export const kills: readonly Scenario[] = [
  killing('kill-follower', 'kill -9 of muster serve --nats', ['follower']),
  killing('kill-producer', 'kill -9 of producers: JetStream, HTTP and `play --nats`', ['producer']),
  killing('kill-nats', 'kill -9 of nats-server, started again on the same store', ['nats-server']),
  killing('kill-all', 'kill -9 of any of these', ['follower', 'producer', 'nats-server']),
  killEmbedded,
];

interface Places {
  readonly url: string;
  readonly nats: string;
  readonly settings: Settings;
}

function producersOf(round: number, { url, nats, settings }: Places): [Producer, ...Producer[]] {
  const [record, other] = ROLLS;
  return [
    producerProcess('nats', nats, record, `r${round}-js`, settings),
    producerProcess('http', url, record, `r${round}-http`, settings),
    producerProcess('nats', nats, other, `r${round}-other`, settings),
  ];
}
