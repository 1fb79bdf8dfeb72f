import { setTimeout as delay } from 'node:timers/promises';
import { checkVerified } from './check/check.ts';
import type { Producer } from './producer.ts';
import type { Random } from './random.ts';
import type { Settings } from './scenarios/scenario.ts';
import type { TorturedService } from './service.ts';
import { addFaults, durationText, type Tally } from './summary.ts';

const MOST_KILLS = 3;
const MOST_MS_AFTER_ACK = 30;
const ROUND_TIMEOUT_MS = 240_000;

interface Doings {
  readonly random: Random;
  readonly producers: readonly Producer[];
  /** How many processes it killed or paused. */
  readonly kill: () => Promise<number>;
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
        tally.kills += await kill();
      });
      // It breaks off the round when that is through with its producers, not the whole run before.
      killing.catch(() => {});
    }
  };
  const running = Promise.all(producers.map((producer) => producer.run(onAcknowledged(producer.roll))));
  const late = delay(ROUND_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`the producers of a round did not end within ${ROUND_TIMEOUT_MS / 1_000} s`);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    await killing;
  }
}

/** Has `muster verify` say whether a roll is what its log makes of it; null: every roll. */
export async function verify(tally: Tally, roll: string | null, where: readonly string[]): Promise<void> {
  addFaults(tally, await checkVerified(roll, where));
  tally.verified += 1;
}

/** Counts a round, and what its services did that nobody had asked of them. */
export function finishRound(
  tally: Tally,
  services: readonly TorturedService[],
  { rounds }: Settings,
  say: (text: string) => void,
): void {
  addFaults(
    tally,
    services.flatMap(({ crashes }) => crashes.map((message) => ({ kind: 'other', message }) as const)),
  );
  tally.rounds += 1;
  const { kills, acknowledged, faults } = tally;
  const left = ((performance.now() - tally.begunMs) / tally.rounds) * (rounds - tally.rounds);
  say(
    `round ${tally.rounds} of ${rounds}: ${kills} kills, ${acknowledged} events acknowledged, ${faults.length} faults; ${durationText(left)} to go`,
  );
}
