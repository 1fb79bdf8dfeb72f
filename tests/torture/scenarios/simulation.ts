import { simulate } from '../../simulation/simulate.ts';
import type { Planted } from '../../simulation/world.ts';
import type { Scenario } from './scenario.ts';

const SCHEDULES_PER_ROUND = 100;
/** A bug that was put in on purpose has to show by then. */
const MOST_SCHEDULES = 1_000;
const PLANTED: readonly Exclude<Planted, null>[] = ['ack-before-append', 'no-fence'];

/** The service's own logic over seeded fakes of clock, log, outputs, leases and network; then with bugs put in. */
export const simulation: Scenario = {
  name: 'simulation',
  about: `${SCHEDULES_PER_ROUND} seeded schedules a round: clock, log and network are fakes; then bugs put in on purpose`,
  lines: null,
  async run(tally, { seed, rounds }, _line, say) {
    const schedules = rounds * SCHEDULES_PER_ROUND;
    const { faults, crashes, pauses, acknowledged, steps, seconds } = await simulate({
      seed,
      schedules,
      log: say,
    });
    tally.rounds = rounds;
    tally.kills = crashes;
    tally.acknowledged = acknowledged;
    for (const { kind, message, seed: own } of faults)
      tally.faults.push({ kind, message: `seed ${own}: ${message}` });
    const perMinute = Math.round((schedules / seconds) * 60);
    tally.notes.push(`${schedules} schedules of ${steps} steps, ${pauses} pauses; ${perMinute} a minute`);
    for (const planted of PLANTED) {
      const caught = await simulate({ seed, schedules: MOST_SCHEDULES, log: () => {}, planted });
      const [first] = caught.faults;
      if (first === undefined) {
        tally.faults.push({ kind: 'other', message: `${planted}, put in on purpose, was not found` });
      } else {
        const took = `${caught.schedules} schedules, ${caught.seconds.toFixed(1)} s`;
        tally.notes.push(
          `${planted}, put in on purpose, was found after ${took} (seed ${first.seed}: ${first.kind})`,
        );
      }
    }
  },
};
