import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkOverNats, quiet } from '../check/check.ts';
import { type Cluster, LAST, overCluster } from '../cluster.ts';
import { expectThat } from '../expectation.ts';
import { type Fact, factsOf } from '../facts.ts';
import { produceOverHttp, produceOverJetStream } from '../producers.ts';
import { type Random, randomOf } from '../random.ts';
import { finishRound, verify } from '../round.ts';
import { startTorturedService, type TorturedService } from '../service.ts';
import { addFaults, type Tally } from '../summary.ts';
import { withoutDuplicateWindow } from '../window.ts';
import type { Scenario, Settings } from './scenario.ts';

const ROLLS = ['torture.record', 'torture.other', 'torture.probe'] as const;
const [RECORD, OTHER, PROBE] = ROLLS;
/** Each producer makes one event in this time, for as long as a round takes. */
const PACE_MS = 40;
/** A round is over long before that many. */
const MOST_FACTS = 20_000;
/** How soon after a disaster each service takes events again and is ready: two pings missed, and an election. */
const BACK_MS = 60_000;
/** Rounds take longer than elsewhere, so there are fewer. */
const ROUNDS_SHARE = 5;

type Acknowledged = ReadonlyMap<string, Map<string, number | null>>;

interface Disaster {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly tally: Tally;
  /** Has each service take an event, and be ready. */
  readonly goesOn: () => Promise<void>;
}

/** Three servers, three copies of each stream, two services, and what goes wrong in each round. */
function overThree(name: string, about: string, strike: (disaster: Disaster) => Promise<void>): Scenario {
  return {
    name,
    about,
    lines: 'each',
    async run(tally, all, line, say) {
      const settings = { ...all, rounds: Math.ceil(all.rounds / ROUNDS_SHARE) };
      await overCluster(line, async (cluster) => {
        if (name === CUT && cluster.noCut !== null) {
          tally.skipped = cluster.noCut;
          return;
        }
        const data = (of: string) => join(cluster.directory, of);
        const serve = (of: string, nats: string) =>
          startTorturedService(['--nats', nats, '--data', data(of)], { MUSTER_REPLICAS: '3' });
        const nats = cluster.urls.join();
        // The second begins at the node that can be cut off, and hears of the others from it.
        const services = [await serve('one', nats), await serve('two', cluster.urls[LAST] ?? nats)];
        const acknowledged: Acknowledged = new Map(ROLLS.map((roll) => [roll, new Map()]));
        try {
          for (let round = 1; round <= settings.rounds; round++) {
            const random = randomOf(settings.seed, name, line.version, round);
            await withoutDuplicateWindow(cluster.connection);
            await underLoad(cluster, services, round, { settings, tally, acknowledged }, async () => {
              let count = 0;
              const goesOn = () =>
                comeBack(tally, services, acknowledged, () => `r${round}-probe-${count++}`);
              await strike({ cluster, random, tally, goesOn });
              await goesOn();
            });
            await quiet(cluster.connection);
            for (const roll of ROLLS) {
              const told = acknowledged.get(roll) ?? new Map();
              addFaults(tally, await checkOverNats(cluster.connection, roll, told));
              await verify(tally, roll, ['--nats', nats, '--data', data('one')]);
            }
            finishRound(tally, services, settings, say);
          }
        } finally {
          for (const service of services) await service.kill();
        }
      });
    },
  };
}

interface Books {
  readonly settings: Settings;
  readonly tally: Tally;
  readonly acknowledged: Acknowledged;
}

/** Has events come in by every way for as long as `work` takes. */
async function underLoad(
  { connection }: Cluster,
  [one, two]: readonly TorturedService[],
  round: number,
  { settings, tally, acknowledged }: Books,
  work: () => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const facts = (name: string, withMalformed: boolean) =>
    paced(
      factsOf(`r${round}-${name}`, MOST_FACTS, randomOf(settings.seed, round, name), withMalformed),
      signal,
    );
  const noteIn = (roll: string) => (identity: string, seq: number | null) => {
    acknowledged.get(roll)?.set(identity, seq);
    tally.acknowledged += 1;
  };
  const producing = Promise.all([
    produceOverJetStream(connection, RECORD, facts('js', true), noteIn(RECORD), signal),
    produceOverHttp(one?.url ?? '', RECORD, facts('http', false), noteIn(RECORD), signal),
    produceOverHttp(two?.url ?? '', OTHER, facts('other', false), noteIn(OTHER), signal),
  ]);
  try {
    await Promise.race([work(), producing]);
  } finally {
    ending.abort();
    await producing;
  }
}

async function* paced(facts: readonly Fact[], signal: AbortSignal): AsyncGenerator<Fact> {
  for (const fact of facts) {
    if (signal.aborted) return;
    yield fact;
    await delay(PACE_MS);
  }
}

/** Each service takes an event and says that it is ready, soon enough. */
async function comeBack(
  tally: Tally,
  services: readonly TorturedService[],
  acknowledged: Acknowledged,
  nameOf: () => string,
): Promise<void> {
  const begun = performance.now();
  const late = AbortSignal.timeout(2 * BACK_MS);
  const waits = services.map(async ({ url }) => {
    const fact = factsOf(nameOf(), 1, randomOf(0), false);
    await produceOverHttp(url, PROBE, fact, (of, seq) => acknowledged.get(PROBE)?.set(of, seq), late);
    while (!late.aborted && !(await isReady(url))) await delay(200);
    return performance.now() - begun;
  });
  const [one = 0, two = 0] = await Promise.all(waits);
  if (late.aborted) {
    const said = services.map(({ stderr }) => stderr().slice(-1_000)).join('\n');
    const isSo = await Promise.all(services.map(async ({ url }) => (await fetch(`${url}/readyz`)).text()));
    tally.notes.push(`${isSo.join('\n')}: ${said}`);
  }
  tally.acknowledged += services.length;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  tally.notes.push(`taking events and ready again after ${seconds(one)} and ${seconds(two)}`);
  expectThat(tally, Math.max(one, two) < BACK_MS, `it is back within ${seconds(BACK_MS)}`, `${one}, ${two}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

const CUT = 'cluster-cut';
/** Leaders are asked to go at most as often, until the one that is wanted has come. */
const MOST_ELECTIONS = 12;

/** Has the last node lead a stream. */
async function leadBy({ connection, leaderOf }: Cluster, stream: string): Promise<void> {
  for (let count = 0; count < MOST_ELECTIONS && (await leaderOf(stream)) !== LAST; count++) {
    await connection.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, '', { timeout: 5_000 });
    await delay(1_500);
  }
}

export const clusters: readonly Scenario[] = [
  overThree(
    'cluster-kill',
    'three servers, three copies: kill -9 of the one that leads a stream, under load',
    async ({ cluster, random, tally, goesOn }) => {
      await delay(random.between(500, 2_000));
      const leader = await cluster.leaderOf(random.pick(['MUSTER_EVENTS', 'MUSTER_OUT']));
      await cluster.end(leader, 'SIGKILL');
      tally.kills += 1;
      if (random.next() < 0.5) await goesOn();
      else await delay(random.between(0, 1_000));
      cluster.restart(leader);
      await cluster.whole();
    },
  ),
  overThree(
    CUT,
    'three servers, three copies: the cable of one is taken out, under load, and put back',
    async ({ cluster, random, tally, goesOn }) => {
      if (random.next() < 0.75) await leadBy(cluster, random.pick(['MUSTER_EVENTS', 'MUSTER_OUT']));
      cluster.cut();
      tally.kills += 1;
      try {
        await goesOn();
        await delay(random.between(0, 3_000));
      } finally {
        cluster.mend();
      }
      await cluster.whole();
    },
  ),
  overThree(
    'cluster-roll',
    'three servers, three copies: each is stopped and started again, one after the other, under load',
    async ({ cluster, random, tally }) => {
      for (const node of [0, 1, LAST]) {
        await cluster.end(node, 'SIGTERM');
        tally.kills += 1;
        await delay(random.between(0, 2_000));
        cluster.restart(node);
        await cluster.whole();
      }
    },
  ),
];
