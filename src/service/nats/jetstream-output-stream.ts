import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { type RollId, rollName } from '../../../events/ids.ts';
import { hasAtomicBatches } from '../../log/jetstream/events-stream.ts';
import { fitStream } from '../../log/jetstream/fit-stream.ts';
import {
  isExpectationFailed,
  MOST_AT_ONCE,
  MOST_BYTES_AT_ONCE,
  type Outcome,
  type Publication,
  type Publisher,
} from '../../log/jetstream/publisher.ts';
import { ALL_OUTPUTS, checkpointSubject, OUT_STREAM, outputsOfRoll } from '../../log/subjects.ts';
import { isAfter, type Output } from '../outputs/output.ts';
import { type OutputCheckpoint, outputCheckpointSchema } from '../outputs/output-checkpoint.ts';
import type { Appended, LastOutput, OutputStanding, OutputStream } from '../outputs/output-stream.ts';

/** The header that names the entry behind an output. */
export const SEQ_HEADER = 'Muster-Seq';
/** The header that tells which of the entry's outputs it is, of how many: `3/17`. */
const PART_HEADER = 'Muster-Part';
const EXPECTED_HEADER = 'Nats-Expected-Last-Subject-Sequence';

/** Outputs written one by one that are looked up together, and end in one checkpoint. */
const MOST_ONE_BY_ONE = 250;

/**
 * The stream MUSTER_OUT. Its fence is the last checkpoint of a roll; the one before goes. On a server with atomic
 * batches, outputs and checkpoint are one of them, and roll the last checkpoint up. On an older one each output
 * expects the last of its own subject to be one from before it: since all writers write the same outputs in the same
 * order, each after the one before is acknowledged, whoever is refused knows that another has written that very output.
 */
export class JetStreamOutputStream implements OutputStream {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #publisher: Publisher;
  readonly #replicas: number;
  /** The server's version when the stream was fitted to it: a server may be replaced by a later one. */
  #fittedTo = '';
  #isAtomic = false;

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    publisher: Publisher,
    replicas: number,
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#publisher = publisher;
    this.#replicas = replicas;
  }

  /** Makes the stream, or mends the one there is. Throws StreamUnfitError if that can't be done. */
  static async open(
    connection: NatsConnection,
    publisher: Publisher,
    replicas: number,
  ): Promise<JetStreamOutputStream> {
    const manager = await jetstreamManager(connection);
    const stream = new JetStreamOutputStream(connection, manager, publisher, replicas);
    await stream.#fit();
    return stream;
  }

  get most() {
    const outputs = this.#isAtomic ? MOST_AT_ONCE - 1 : MOST_ONE_BY_ONE;
    return { outputs, bytes: MOST_BYTES_AT_ONCE };
  }

  async standing(roll: RollId): Promise<OutputStanding> {
    this.#publisher.requireConnection();
    if (this.#isServerReplaced()) await this.#fit();
    const checkpoint = await this.#lastOf(checkpointSubject(roll));
    const last = await this.#lastOf(outputsOfRoll(roll));
    return {
      checkpoint: checkpoint === null ? null : checkpointIn(checkpoint),
      fence: checkpoint?.seq ?? 0,
      last: last === null ? null : outputIn(last),
    };
  }

  async append(
    roll: RollId,
    outputs: readonly Output[],
    checkpoint: OutputCheckpoint,
    fence: number,
  ): Promise<Appended> {
    this.#publisher.requireConnection();
    if (this.#isServerReplaced()) return { kind: 'unknown', message: 'the server was replaced' };
    const end: Publication = {
      subject: checkpointSubject(roll),
      headers: { [EXPECTED_HEADER]: String(fence), ...(this.#isAtomic ? { 'Nats-Rollup': 'sub' } : {}) },
      bytes: new TextEncoder().encode(JSON.stringify(checkpoint)),
    };
    if (this.#isAtomic) {
      const all = [...outputs.map((output) => publicationOf(output)), end];
      return appendedAs(
        roll,
        outputs.length === 0 ? await this.#publishOne(end) : (await this.#publisher.batch(all, null)).at(-1),
      );
    }
    const stopped = await this.#appendEach(roll, outputs);
    if (stopped !== null) return stopped;
    const appended = appendedAs(roll, await this.#publishOne(end));
    if (appended.kind === 'appended' && fence > 0) this.#forget(fence);
    return appended;
  }

  /**
   * Deletes the checkpoint before the last. Where the server has no batches a rollup won't do: nats-server 2.9 makes
   * every consumer of the stream pass over all that came before it. One that stays behind does no harm.
   */
  #forget(fence: number): void {
    this.#manager.streams.deleteMessage(OUT_STREAM, fence, false).catch(() => {});
  }

  /** Null if all of them were taken. */
  async #appendEach(roll: RollId, outputs: readonly Output[]): Promise<Appended | null> {
    const subjects = [...new Set(outputs.map(({ subject }) => subject))];
    const found = await Promise.all(
      subjects.map(async (subject) => [subject, await this.#lastOf(subject)] as const),
    );
    const lastOf = new Map(found);
    const written = new Map<string, number>();
    for (const output of outputs) {
      const { subject } = output;
      const last = lastOf.get(subject) ?? null;
      if (last !== null && isThere(output, outputIn(last))) {
        return { kind: 'fenced', message: `${subject} has the output of ${output.seq} already` };
      }
      const expected = written.get(subject) ?? last?.seq ?? 0;
      const appended = appendedAs(roll, await this.#publishOne(publicationOf(output, expected)));
      if (appended.kind !== 'appended') return appended;
      written.set(subject, appended.fence);
    }
    return null;
  }

  async #publishOne(publication: Publication): Promise<Outcome | undefined> {
    return (await this.#publisher.each([publication], null))[0];
  }

  #lastOf(subject: string): Promise<StoredMsg | null> {
    return this.#manager.streams.getMessage(OUT_STREAM, { last_by_subj: subject });
  }

  async #fit(): Promise<void> {
    const version = this.#connection.info?.version ?? '';
    const isAtomic = hasAtomicBatches(this.#connection);
    const settings = {
      subjects: [...ALL_OUTPUTS],
      deny_delete: false,
      deny_purge: false,
      ...(isAtomic ? { allow_atomic: true, allow_rollup_hdrs: true } : {}),
    };
    await fitStream(this.#manager, OUT_STREAM, settings, this.#replicas);
    this.#fittedTo = version;
    this.#isAtomic = isAtomic;
  }

  #isServerReplaced(): boolean {
    return this.#connection.info?.version !== this.#fittedTo;
  }
}

function publicationOf({ seq, part, parts, subject, body }: Output, expected?: number): Publication {
  const headers = { [SEQ_HEADER]: String(seq), [PART_HEADER]: `${part}/${parts}` };
  return {
    subject,
    headers: expected === undefined ? headers : { ...headers, [EXPECTED_HEADER]: String(expected) },
    bytes: body,
  };
}

function appendedAs(roll: RollId, outcome: Outcome | undefined): Appended {
  switch (outcome?.kind) {
    case 'stored':
      return { kind: 'appended', fence: outcome.sequence };
    case 'rejected':
      if (isExpectationFailed(outcome.code)) return { kind: 'fenced', message: outcome.message };
      throw new Error(`the server took no outputs of ${rollName(roll)}: ${outcome.message}`);
    case 'unknown':
      return outcome;
    case undefined:
      return { kind: 'unknown', message: 'nothing was answered' };
    default:
      return outcome satisfies never;
  }
}

/** What an older Muster wrote tells no part: it is never taken for this output. */
function isThere(output: Output, { seq, part }: LastOutput): boolean {
  return part !== null && !isAfter(output, { seq, part });
}

function outputIn({ subject, header }: StoredMsg): LastOutput {
  const part = Number.parseInt(header.get(PART_HEADER), 10);
  return {
    seq: Number.parseInt(header.get(SEQ_HEADER), 10) || 0,
    part: Number.isNaN(part) ? null : part,
    subject,
  };
}

/** Null for what is no checkpoint: outputs go on after the last of them then. */
function checkpointIn(message: StoredMsg): OutputCheckpoint | null {
  try {
    return outputCheckpointSchema.safeParse(message.json()).data ?? null;
  } catch {
    return null;
  }
}
