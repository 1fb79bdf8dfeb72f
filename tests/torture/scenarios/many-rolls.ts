import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { expectThat } from '../expectation.ts';
import { PATIENT } from '../patient.ts';
import { type Random, randomOf } from '../random.ts';
import { verify } from '../round.ts';
import { startTorturedService, type TorturedService } from '../service.ts';
import { overNats } from '../site.ts';
import { addFaults, type Tally } from '../summary.ts';
import { megabytes, rssOf } from '../usage.ts';
import type { Scenario } from './scenario.ts';

const THEATRES = 100;
const TIMELINES = 100;
const SERVICES = 4;
/** Rolls that get another event in the middle of it all, each time; some of them are looked at one by one. */
const TOUCHED = 500;
const LOOKED_AT = 5;
const PUBLISHED_AT_ONCE = 250;
const LEASE_S = 10;
const PATIENCE_MS = 600_000;
/** Beyond the lease: to notice, to share them out, to read their logs. */
const MOVED_MS = 120_000;
const AGAIN_MS = 1_000;

const COUNT = THEATRES * TIMELINES;

const rollAt = (index: number) => `theatre-${index % THEATRES}.timeline-${Math.floor(index / THEATRES)}`;
const someRoll = (random: Random) => rollAt(random.between(0, COUNT - 1));

/** Events in the log by roll. */
type Logged = Map<string, number>;

/** Each roll gets one more event, and says when all are acknowledged. */
async function publish(connection: NatsConnection, rolls: readonly string[], logged: Logged): Promise<void> {
  const js = jetstream(connection);
  for (let from = 0; from < rolls.length; from += PUBLISHED_AT_ONCE) {
    const some = rolls.slice(from, from + PUBLISHED_AT_ONCE);
    await Promise.all(
      some.map(async (roll) => {
        const number = (logged.get(roll) ?? 0) + 1;
        await js.publish(`muster.${roll}.event.unit-${number}`, JSON.stringify(deployed(roll, number)), {
          timeout: 20_000,
        });
        logged.set(roll, number);
      }),
    );
  }
}

const deployed = (roll: string, number: number) => ({
  specversion: '1.0',
  ...{ id: `${roll}-${number}`, source: '/torture/many-rolls', type: 'contingent.deployed' },
  ...{ subject: `unit-${number}`, time: '2025-01-01T00:00:00Z', basis: 'assessed' },
  data: { strength: 1, kind: 'infantry', origin: 'torture' },
});

/** Resolves to how long it took, in milliseconds, or null if it was not so in time. */
async function until(isSo: () => Promise<boolean>, withinMs: number): Promise<number | null> {
  const begun = performance.now();
  while (!(await isSo())) {
    if (performance.now() - begun > withinMs) return null;
    await delay(AGAIN_MS);
  }
  return performance.now() - begun;
}

/** How many rolls each service says that it holds. */
function heldBy(services: readonly TorturedService[]): Promise<readonly number[]> {
  return Promise.all(
    services.map(async ({ url }) => {
      const metrics = await fetch(`${url}/metrics`).then((response) => response.text());
      return Number(/^muster_leases_held (\d+)$/m.exec(metrics)?.[1]);
    }),
  );
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

/** Messages of a stream by subject. */
async function countsOf(connection: NatsConnection, stream: string, filter: string) {
  const manager = await jetstreamManager(connection, PATIENT);
  const { state } = await manager.streams.info(stream, { subjects_filter: filter });
  return new Map(Object.entries(state.subjects ?? {}));
}

/** Each event has one transition in the stream, no more, and nothing else is there. */
async function isPublishedOnce(connection: NatsConnection, logged: Logged): Promise<boolean> {
  const counts = await countsOf(connection, 'MUSTER_OUT', 'muster.*.*.transition.>');
  return counts.size === sum([...logged.values()]) && [...counts.values()].every((count) => count === 1);
}

async function inKv(connection: NatsConnection): Promise<number> {
  return (await countsOf(connection, 'KV_MUSTER_ROLLS', '$KV.MUSTER_ROLLS.>')).size;
}

/** Every service answers for a roll, whoever holds it. */
async function checkAnswers(
  tally: Tally,
  services: readonly TorturedService[],
  logged: Logged,
  random: Random,
): Promise<void> {
  for (let count = 0; count < LOOKED_AT; count++) {
    const roll = someRoll(random);
    for (const { url } of services) {
      const response = await fetch(`${url}/api/rolls/${roll.replace('.', '/')}?fields=distribution`);
      const text = await response.text();
      const isRight = response.ok && text.includes(`"seq":${logged.get(roll)},`);
      expectThat(tally, isRight, `${url} has all of ${roll}`, `${response.status} ${text}`);
    }
  }
}

/** One service could hold them all; four share them, and those of one that is killed go to the others. */
export const manyRolls: Scenario = {
  name: 'many-rolls',
  about: `${COUNT} rolls over ${SERVICES} services: shared out, published once each, one service killed`,
  lines: 'each',
  async run(tally, { seed }, line, say) {
    await overNats(line, async ({ server, connection, directory }) => {
      const random = randomOf(seed, 'many-rolls', line.version);
      const logged: Logged = new Map();
      const where = (index: number) => ['--nats', server.url, '--data', join(directory, `data-${index}`)];
      const env = { MUSTER_LEASE: String(LEASE_S) };
      // The first makes the streams. It holds nothing yet, for there is nothing.
      const services = [await startTorturedService(where(0), env)];
      try {
        await publish(
          connection,
          Array.from({ length: COUNT }, (_, index) => rollAt(index)),
          logged,
        );
        const begun = performance.now();
        const others = Array.from({ length: SERVICES - 1 }, (_, index) =>
          startTorturedService(where(index + 1), env),
        );
        services.push(...(await Promise.all(others)));

        const fair = COUNT / SERVICES;
        const areShared = async (alive: readonly TorturedService[]) => {
          const held = await heldBy(alive);
          return sum(held) === COUNT && held.every((count) => count > fair / 2);
        };
        const sharedMs = await until(() => areShared(services), PATIENCE_MS);
        expectThat(tally, sharedMs !== null, 'all rolls are held', (await heldBy(services)).join());
        say(`shared out: ${(await heldBy(services)).join(', ')}`);
        const isTold = async () =>
          (await isPublishedOnce(connection, logged)) && (await inKv(connection)) === COUNT;
        const publishedMs = await until(isTold, PATIENCE_MS);
        expectThat(tally, publishedMs !== null, 'each roll is published once', `${await inKv(connection)}`);
        const publishedS = (performance.now() - begun) / 1_000;
        say(`published after ${publishedS.toFixed(0)} s`);

        const touch = async (alive: readonly TorturedService[]) => {
          const touched = Array.from({ length: TOUCHED }, () => someRoll(random));
          await publish(connection, [...new Set(touched)], logged);
          const tookMs = await until(isTold, PATIENCE_MS);
          expectThat(tally, tookMs !== null, 'what came is published once', 'it is not');
          await checkAnswers(tally, alive, logged, random);
          return tookMs ?? Number.NaN;
        };
        const touchedMs = await touch(services);
        const rss = await Promise.all(services.map(({ pid }) => rssOf(pid)));

        const rest = services.slice(0, -1);
        await services.at(-1)?.kill();
        tally.kills += 1;
        const movedMs = await until(() => areShared(rest), LEASE_S * 1_000 + MOVED_MS);
        expectThat(tally, movedMs !== null, 'its rolls are held by the rest', (await heldBy(rest)).join());
        await touch(rest);
        tally.acknowledged += sum([...logged.values()]);
        tally.notes.push(
          `${COUNT} rolls held by ${SERVICES} services ${seconds(sharedMs)} after the last had started, each published after ${publishedS.toFixed(0)} s; ${TOUCHED} events to as many rolls were published within ${seconds(touchedMs)}; a killed service's rolls were held by the rest after ${seconds(movedMs)}, its lease of ${LEASE_S} s among them; memory of a service: ${megabytes(Math.max(...rss))} at most`,
        );
        for (let count = 0; count < LOOKED_AT; count++) await verify(tally, someRoll(random), where(0));
        addFaults(
          tally,
          services.flatMap(({ crashes }) => crashes.map((message) => ({ kind: 'other', message }) as const)),
        );
        tally.rounds += 1;
      } finally {
        for (const service of services) await service.kill();
      }
    });
  },
};

const seconds = (ms: number | null) => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
