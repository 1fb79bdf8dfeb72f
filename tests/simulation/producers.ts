import type { RollId } from '../../events/ids.ts';
import type { BatchSubmission } from '../../src/service/service.ts';
import type { Host } from './host.ts';
import { SimulatedLog } from './log.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** An event and what it is recognised by. */
export interface Fact {
  readonly identity: string;
  readonly bytes: Uint8Array;
}

/** An event handed in to a process, and what became of that. */
export interface Attempt extends Fact {
  readonly roll: RollId;
  readonly handedInAtMs: number;
  /** Where it was handed in: an answer may come as long as that lives. */
  readonly host: Host;
  /** How far the process had folded the roll when it got the event. */
  readonly foldedTo: number;
  /** Null: the process never answered. */
  answer: BatchSubmission | null;
  /** The log's head when it answered. */
  headThen: number;
}

/** What was written past the service, and where the log said that it is. */
export interface DirectWrite extends Fact {
  readonly roll: RollId;
  readonly place: number | null;
}

const CONTINGENTS = ['one', 'two', 'three'] as const;
/** Most events of a schedule have their verdict after one; a calm world leaves none without for so many. */
const TRIES = 25;

/** Producers of one schedule: some hand events in, some write to the log itself. */
export class Producers {
  readonly attempts: Attempt[] = [];
  readonly direct: DirectWrite[] = [];
  readonly #world: World;
  readonly #processes: readonly Process[];

  constructor(world: World, processes: readonly Process[]) {
    this.#world = world;
    this.#processes = processes;
  }

  /** Whether something handed in may still be answered: a producer that gave it up does not end it. */
  get isSomethingPending(): boolean {
    return this.attempts.some(({ answer, host }) => answer === null && host.isAlive);
  }

  /** Until each event has its verdict, or was given up. */
  async run(): Promise<void> {
    const { random, rolls } = this.#world;
    const producers = Array.from({ length: random.between(1, 3) }, (_, index) => {
      const roll = rolls[random.between(0, rolls.length - 1)] ?? rolls[0];
      if (roll === undefined) throw new Error('a world without rolls');
      const facts = this.#factsOf(`p${index}`, random.between(2, 6));
      return random.next() < 0.2 ? this.#write(roll, facts) : this.#handIn(roll, facts);
    });
    await Promise.all(producers);
  }

  async #handIn(roll: RollId, facts: readonly Fact[]): Promise<void> {
    const { random, time } = this.#world;
    let left = facts;
    for (let tries = 0; left.length > 0 && tries < TRIES; tries++) {
      await time.sleep(random.between(0, 300));
      const batch = left.slice(0, random.between(1, 4));
      const answers = await this.#ask(roll, batch);
      const isOpen = (answer: BatchSubmission | null | undefined) => {
        const isOvertaken = answer?.kind === 'overtaken' && answer.seq === null;
        return !answer || isOvertaken || answer.kind === 'unavailable' || answer.kind === 'not-tried';
      };
      const open = batch.filter((_, index) => isOpen(answers?.[index]));
      left = [...open, ...left.slice(batch.length)];
      if (open.length > 0) await time.sleep(random.between(100, 1_500));
    }
  }

  /** The answers; null if none came in the producer's time. */
  #ask(roll: RollId, facts: readonly Fact[]): Promise<readonly BatchSubmission[] | null> {
    const { log, random, time } = this.#world;
    const process = this.#processes[random.between(0, this.#processes.length - 1)];
    const host = process?.host;
    return new Promise((resolve) => {
      time.after(random.between(3_000, 12_000), () => resolve(null));
      host?.after(random.between(0, 20), () => {
        const foldedTo = process?.rolls?.known(roll)?.follower.state.seq ?? 0;
        const submitted = process?.submit(
          roll,
          facts.map(({ bytes }) => bytes),
        );
        if (!submitted) return resolve(null);
        const handedInAtMs = time.nowMs;
        const attempts = facts.map((fact): Attempt => {
          return { ...fact, roll, host, handedInAtMs, foldedTo, answer: null, headThen: 0 };
        });
        this.attempts.push(...attempts);
        void submitted.then((answers) => {
          attempts.forEach((attempt, index) => {
            attempt.answer = answers[index] ?? null;
            attempt.headThen = log.entries(roll).length;
          });
          time.after(1, () => resolve(answers));
        });
      });
    });
  }

  /** Writes to the log past the service, and again with the same identity until it is there. */
  async #write(roll: RollId, facts: readonly Fact[]): Promise<void> {
    const { isAtomic, log: store, random, time } = this.#world;
    const host: Host = this.#world.newHost();
    const log = new SimulatedLog(store, host, isAtomic);
    for (const fact of facts) {
      let place: number | null = null;
      for (let tries = 0; place === null && tries < TRIES; tries++) {
        await time.sleep(random.between(0, 800));
        const appended = await log.append(roll, [{ ...fact, entity: 'theatre' }]);
        place = appended.ok ? (appended.value[0] ?? null) : null;
      }
      this.direct.push({ ...fact, roll, place });
    }
  }

  #factsOf(name: string, count: number): Fact[] {
    const { random } = this.#world;
    return Array.from({ length: count }, (_, index) => {
      const contingent = random.pick(CONTINGENTS);
      const [source, id] = [`/${name}`, String(index)];
      const common = { specversion: '1.0', id, source, basis: 'assessed', time: '2025-01-01T00:00:00Z' };
      const about = (type: string, data: unknown, subject: string | null = contingent) => ({
        ...{ ...common, type, data },
        ...(subject !== null && { subject }),
      });
      const deployed = { strength: 1_000, kind: 'infantry', origin: 'simulation' };
      const target = { source: `/${name}`, id: String(random.between(0, count - 1)) };
      const chance = random.next();
      const event =
        chance < 0.35
          ? about('contingent.deployed', deployed)
          : chance < 0.5
            ? about('contingent.committed', { area: 'kursk' })
            : chance < 0.65
              ? about('casualty.recorded', { killed: random.between(1, 600) })
              : chance < 0.75
                ? about('contingent.withdrawn', {})
                : chance < 0.85
                  ? about('war.ended', { variant: 'ceasefire' }, null)
                  : chance < 0.95
                    ? about('event.retracted', { target, reason: 'it was wrong' }, null)
                    : about('contingent.committed', { areaa: 'a typo' });
      return { identity: `${source} ${id}`, bytes: Buffer.from(JSON.stringify(event)) };
    });
  }
}
