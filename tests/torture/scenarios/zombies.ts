import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkOverNats, quiet } from '../check/check.ts';
import { producerProcess } from '../producer.ts';
import { randomOf } from '../random.ts';
import { finishRound, produceAndKill, verify } from '../round.ts';
import { startTorturedService } from '../service.ts';
import { overNats } from '../site.ts';
import { addFaults } from '../summary.ts';
import { withoutDuplicateWindow } from '../window.ts';
import type { Scenario } from './scenario.ts';

const ROLLS = ['torture.record', 'torture.other'] as const;
/** How much longer than the lease a pause may be. */
const MOST_MS_OVER = 2_000;

/** Two services on one NATS; one of them, or each in turn, is stopped for longer than a lease and then wakes up. */
export const zombies: Scenario = {
  name: 'zombies',
  about: 'two services on one NATS; SIGSTOP of one or both for longer than the lease, then SIGCONT',
  lines: 'each',
  async run(tally, settings, line, say) {
    const { seed, rounds, leaseSeconds } = settings;
    await overNats(line, async ({ server, connection, directory }) => {
      const env = { MUSTER_LEASE: String(leaseSeconds) };
      const serve = (name: string) =>
        startTorturedService(['--nats', server.url, '--data', join(directory, name)], env);
      const services = [await serve('one'), await serve('two')] as const;
      const acknowledged = new Map(ROLLS.map((roll) => [roll, new Map<string, number | null>()]));
      try {
        for (let round = 1; round <= rounds; round++) {
          const random = randomOf(seed, 'zombies', line.version, round);
          await withoutDuplicateWindow(connection);
          const [record, other] = ROLLS;
          const producers = [
            producerProcess('nats', server.url, record, `r${round}-js`, settings),
            producerProcess('http', random.pick(services).url, record, `r${round}-http`, settings),
            producerProcess('nats', server.url, other, `r${round}-other`, settings),
          ];
          const pause = async () => {
            const isBoth = random.next() < 0.25;
            const paused = isBoth ? services : [random.pick(services)];
            for (const service of paused) {
              await service.pause();
              await delay(leaseSeconds * 1_000 + random.between(100, MOST_MS_OVER));

              if (!isBoth) await service.resume();
            }
            if (isBoth) for (const service of paused) await service.resume();
          };
          await produceAndKill(tally, settings, { random, producers, kill: pause, acknowledged });
          await quiet(connection);
          for (const roll of ROLLS) {
            addFaults(tally, await checkOverNats(connection, roll, acknowledged.get(roll) ?? new Map()));
            await verify(tally, roll, ['--nats', server.url, '--data', join(directory, 'one')]);
          }
          finishRound(tally, services, settings, say);
        }
      } finally {
        for (const service of services) await service.kill();
      }
    });
  },
};
