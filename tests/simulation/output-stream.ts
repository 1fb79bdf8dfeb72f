import { type RollId, rollName } from '../../events/ids.ts';
import { isAfter, type Output } from '../../src/service/outputs/output.ts';
import type { OutputCheckpoint } from '../../src/service/outputs/output-checkpoint.ts';
import type {
  Appended,
  LastOutput,
  OutputStanding,
  OutputStream,
} from '../../src/service/outputs/output-stream.ts';
import { NoAnswer, type Wire } from './host.ts';

/** How a server takes outputs: in one batch, one by one as an older one does, or (which is wrong) without looking. */
export type Fencing = 'atomic' | 'each' | 'none';

interface Message<T> {
  readonly place: number;
  readonly content: T;
}

interface Kept {
  readonly outputs: Message<Output>[];
  checkpoint: Message<OutputCheckpoint> | null;
}

/** What a simulated stream keeps of all rolls' outputs. */
export class OutputStore {
  readonly #rolls = new Map<string, Kept>();
  #place = 0;

  of(roll: RollId): Kept {
    const name = rollName(roll);
    const kept = this.#rolls.get(name) ?? { outputs: [], checkpoint: null };
    this.#rolls.set(name, kept);
    return kept;
  }

  lastOf(roll: RollId, subject: string): Message<Output> | null {
    return this.of(roll).outputs.findLast(({ content }) => content.subject === subject) ?? null;
  }

  /** Puts an output; null if the last of its subject is not the one expected. */
  put(roll: RollId, output: Output, expected: number | null): number | null {
    if (expected !== null && (this.lastOf(roll, output.subject)?.place ?? 0) !== expected) return null;
    this.#place += 1;
    this.of(roll).outputs.push({ place: this.#place, content: output });
    return this.#place;
  }

  /** Puts a checkpoint in the place of the one before; null if that is not the one expected. */
  end(roll: RollId, checkpoint: OutputCheckpoint, fence: number | null): number | null {
    const kept = this.of(roll);
    if (fence !== null && (kept.checkpoint?.place ?? 0) !== fence) return null;
    this.#place += 1;
    kept.checkpoint = { place: this.#place, content: checkpoint };
    return this.#place;
  }
}

/** The stream of outputs as one process has it. */
export class SimulatedOutputs implements OutputStream {
  /** Few, so that outputs of one entry come in several appends. */
  readonly most = { outputs: 3, bytes: 1_048_576 };
  readonly #store: OutputStore;
  readonly #wire: Wire;
  readonly #fencing: Fencing;

  constructor(store: OutputStore, wire: Wire, fencing: Fencing) {
    this.#store = store;
    this.#wire = wire;
    this.#fencing = fencing;
  }

  async standing(roll: RollId): Promise<OutputStanding> {
    const checkpoint = await this.#wire.call(() => this.#store.of(roll).checkpoint);
    const last = await this.#wire.call(() => this.#store.of(roll).outputs.at(-1));
    return {
      checkpoint: checkpoint?.content ?? null,
      fence: checkpoint?.place ?? 0,
      last: last === undefined ? null : lastOutput(last.content),
    };
  }

  async append(
    roll: RollId,
    outputs: readonly Output[],
    checkpoint: OutputCheckpoint,
    fence: number,
  ): Promise<Appended> {
    try {
      switch (this.#fencing) {
        case 'atomic':
          return await this.#atOnce(roll, outputs, checkpoint, fence);
        case 'none':
          return await this.#atOnce(roll, outputs, checkpoint, null);
        case 'each':
          return await this.#oneByOne(roll, outputs, checkpoint, fence);
        default:
          return this.#fencing satisfies never;
      }
    } catch (error) {
      if (error instanceof NoAnswer) return { kind: 'unknown', message: error.message };
      throw error;
    }
  }

  #atOnce(
    roll: RollId,
    outputs: readonly Output[],
    checkpoint: OutputCheckpoint,
    fence: number | null,
  ): Promise<Appended> {
    return this.#wire.call(() => {
      const ended = this.#store.end(roll, checkpoint, fence);
      if (ended === null) return fenced('the checkpoint');
      for (const output of outputs) this.#store.put(roll, output, null);
      return { kind: 'appended', fence: ended };
    });
  }

  async #oneByOne(
    roll: RollId,
    outputs: readonly Output[],
    checkpoint: OutputCheckpoint,
    fence: number,
  ): Promise<Appended> {
    const subjects = [...new Set(outputs.map(({ subject }) => subject))];
    const found = await Promise.all(
      subjects.map((subject) => this.#wire.call(() => [subject, this.#store.lastOf(roll, subject)] as const)),
    );
    const lastOf = new Map(found);
    const written = new Map<string, number>();
    for (const output of outputs) {
      const { subject } = output;
      const last = lastOf.get(subject) ?? null;
      if (last !== null && !isAfter(output, last.content)) return fenced(subject);
      const expected = written.get(subject) ?? last?.place ?? 0;
      const place = await this.#wire.call(() => this.#store.put(roll, output, expected));
      if (place === null) return fenced(subject);
      written.set(subject, place);
    }
    const ended = await this.#wire.call(() => this.#store.end(roll, checkpoint, fence));
    return ended === null ? fenced('the checkpoint') : { kind: 'appended', fence: ended };
  }
}

function fenced(what: string): Appended {
  return { kind: 'fenced', message: `${what} is another's already` };
}

function lastOutput({ seq, part, subject }: Output): LastOutput {
  return { seq, part, subject };
}
