import { rollName } from '../../events/ids.ts';
import type { Reference } from '../../events/reference/reference.ts';
import type { Fault } from '../torture/summary.ts';
import { checkAnswers, checkOutputs, type Replay, replay } from './check.ts';
import { ASTRAY_MS } from './host.ts';
import { Process } from './process.ts';
import { Producers } from './producers.ts';
import { LEASE_MS, type Planted, World } from './world.ts';

/** What one course of events came to. */
export interface ScheduleResult {
  readonly faults: readonly Fault[];
  readonly steps: number;
  readonly crashes: number;
  readonly pauses: number;
  /** Verdicts that producers got, and writes past the service that were acknowledged. */
  readonly acknowledged: number;
  /** Virtual. */
  readonly ms: number;
  /** The end of all: the same for the same seed. */
  readonly fingerprint: string;
}

/** While things break. */
const ROUGH_MS = 8_000;
/** For everything to come to rest in a calm world. */
const REST_MS = 120_000;

/** Lets processes, producers and faults take one course, which the seed draws, and checks what must always hold. */
export async function runSchedule(
  seed: number,
  planted: Planted,
  reference: Reference,
): Promise<ScheduleResult> {
  const schedule = new Schedule(seed, planted, reference);
  return schedule.run();
}

class Schedule {
  readonly #seed: number;
  readonly #world: World;
  readonly #processes: readonly Process[];
  readonly #producers: Producers;
  readonly #faults: Fault[] = [];
  /** Since when a roll has two holders. */
  readonly #sharedSince = new Map<string, number>();
  #crashes = 0;
  #pauses = 0;

  constructor(seed: number, planted: Planted, reference: Reference) {
    this.#seed = seed;
    const world = new World(seed, planted, reference);
    this.#world = world;
    const count = world.random.between(1, 3);
    this.#processes = Array.from({ length: count }, (_, index) => new Process(world, `s${index}`));
    this.#producers = new Producers(world, this.#processes);
  }

  async run(): Promise<ScheduleResult> {
    const { time, weather } = this.#world;
    const wasAstray = weather.astray > 0;
    let areProducersDone = false;
    void this.#producers.run().then(() => {
      areProducersDone = true;
    });
    await time.settle();
    this.#planFaults();
    await this.#until(() => areProducersDone, ROUGH_MS);
    this.#heal();
    const rest = time.nowMs + REST_MS;
    const isAllAnswered = () => areProducersDone && !this.#producers.isSomethingPending;
    if (!(await this.#until(isAllAnswered, rest))) this.#fault('the producers came to no end');
    if (wasAstray) await this.#until(() => false, time.nowMs + ASTRAY_MS);
    const replays: Replay[] = [];
    for (const roll of this.#world.rolls) {
      const attempts = this.#producers.attempts.filter((one) => rollName(one.roll) === rollName(roll));
      replays.push(await replay(this.#world, roll, attempts));
    }
    const isWritten = ({ roll, outputs }: Replay) =>
      this.#world.outputs.of(roll).outputs.length >= outputs.length;
    if (!(await this.#until(() => replays.every(isWritten), rest + ASTRAY_MS))) {
      this.#fault('the outputs did not reach the head of the log');
    }
    for (const replayed of replays) {
      this.#faults.push(...checkAnswers(this.#producers, replayed), ...checkOutputs(this.#world, replayed));
      this.#checkFolds(replayed);
    }
    return this.#result(replays);
  }

  /** Steps until something holds, or a moment; whether it holds. */
  async #until(isSo: () => boolean, untilMs: number): Promise<boolean> {
    const { time } = this.#world;
    while (!isSo() && (await time.step(untilMs))) this.#watchHolders();
    return isSo();
  }

  #planFaults(): void {
    const { random, time } = this.#world;
    for (let left = random.between(0, 5); left > 0; left--) {
      const process = this.#processes[random.between(0, this.#processes.length - 1)];
      if (process === undefined) continue;
      const beginMs = random.between(0, 4_000);
      const forMs = random.between(50, 7_000);
      const what = random.pick(['crash', 'crash', 'pause', 'pause', 'cut', 'stop'] as const);
      time.after(beginMs, () => {
        const { host } = process;
        if (!host.isRunning) return;
        switch (what) {
          case 'crash':
            this.#crashes += 1;
            process.crash();
            break;
          case 'pause':
            this.#pauses += 1;
            host.pause();
            time.after(forMs, () => host.resume());
            break;
          case 'cut':
            host.isCut = true;
            time.after(forMs, () => {
              host.isCut = false;
            });
            break;
          case 'stop':
            void process.stop();
            break;
          default:
            what satisfies never;
        }
      });
    }
  }

  #heal(): void {
    this.#world.calm();
    for (const { host } of this.#processes) {
      host.isCut = false;
      host.resume();
    }
  }

  #watchHolders(): void {
    const { leases, rolls, time } = this.#world;
    if (leases === null) return;
    for (const roll of rolls) {
      const name = rollName(roll);
      if (this.#processes.filter((process) => process.isHolder(roll)).length < 2) {
        this.#sharedSince.delete(name);
        continue;
      }
      const since = this.#sharedSince.get(name) ?? time.nowMs;
      this.#sharedSince.set(name, since);
      if (time.nowMs - since > LEASE_MS) this.#fault(`${name} has had two holders for longer than a lease`);
    }
  }

  #checkFolds({ roll, entries, distribution }: Replay): void {
    for (const { name, rolls } of this.#processes) {
      const live = rolls?.list().find(({ id }) => rollName(id) === rollName(roll));
      if (live === undefined || live.summary.seq !== entries.length) continue;
      if (JSON.stringify(live.distribution()) !== distribution) this.#fault(`${name} folded something else`);
    }
  }

  #fault(message: string): void {
    if (this.#faults.every((fault) => fault.message !== message))
      this.#faults.push({ kind: 'other', message });
  }

  #result(replays: readonly Replay[]): ScheduleResult {
    const { attempts, direct } = this.#producers;
    const { steps, nowMs: ms } = this.#world.time;
    const isKnown = ['accepted', 'duplicate', 'overtaken'];
    const acknowledged =
      attempts.filter(({ answer }) => isKnown.includes(answer?.kind ?? '')).length +
      direct.filter(({ place }) => place !== null).length;
    const logs = replays.map(({ entries }) =>
      entries.map(({ identity, storedAtMs }) => [identity, storedAtMs]),
    );
    const answers = attempts.map(({ answer }) => answer?.kind ?? null);
    const fingerprint = JSON.stringify([this.#seed, steps, ms, logs, answers]);
    const [faults, crashes, pauses] = [this.#faults, this.#crashes, this.#pauses];
    return { faults, steps, crashes, pauses, acknowledged, ms, fingerprint };
  }
}
