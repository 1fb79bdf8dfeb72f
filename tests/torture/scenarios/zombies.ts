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
const MOST_MS_OVER = 1_000;

/** Three services on one NATS; one, two or all of them are stopped for longer than a lease and then wake up. */
export const zombies: Scenario = {
  name: 'zombies',
  about: 'three services on one NATS; SIGSTOP of one, two or all for longer than the lease, then SIGCONT',
  lines: 'each',
  isPatient: true,
  async run(tally, settings, line, say) {
    const { seed, rounds, leaseSeconds } = settings;
    const leaseMs = leaseSeconds * 1_000;
    await overNats(line, async ({ server, connection, directory }) => {
      const env = { MUSTER_LEASE: String(leaseSeconds) };
      const serve = (name: string) =>
        startTorturedService(['--nats', server.url, '--data', join(directory, name)], env);
      const services = [await serve('one'), await serve('two'), await serve('three')] as const;
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
            // Mostly two: the third takes their rolls, and both wake up as zombies.
            const spared = random.pick(services);
            const others = services.filter((service) => service !== spared);
            const paused = random.pick([[spared], others, others, services]);
            // At once, or the second when it may have taken over from the first.
            const apartMs = random.pick([0, random.between(0, leaseMs + MOST_MS_OVER)]);
            for (const [index, service] of paused.entries()) {
              if (index > 0) await delay(apartMs);
              await service.pause();
            }
            await delay(leaseMs + random.between(100, MOST_MS_OVER));
            for (const service of paused) await service.resume();
            return paused.length;
          };
          await produceAndKill(tally, settings, { random, producers, kill: pause, acknowledged });
          await quiet(connection);
          const checks = ROLLS.map((roll) =>
            checkOverNats(connection, roll, acknowledged.get(roll) ?? new Map()),
          );
          for (const found of await Promise.all(checks)) addFaults(tally, found);
          await verify(tally, null, ['--nats', server.url, '--data', join(directory, 'one')]);
          finishRound(tally, services, settings, say);
        }
      } finally {
        for (const service of services) await service.kill();
      }
    });
  },
};
