import { MACHINE_VERSION } from '../../readmodels/machine-version.ts';
import { isAfter, type Output, type OutputPlace, START } from './output.ts';
import { NO_DIGEST, nextDigest, type OutputCheckpoint } from './output-checkpoint.ts';
import type { LastOutput, OutputStanding } from './output-stream.ts';

/** What a run of outputs comes to: those that are not in the stream yet, and the checkpoint that ends the run. */
export interface DueOutputs {
  readonly outputs: readonly Output[];
  readonly checkpoint: OutputCheckpoint;
}

/** The end of the outputs that are in the stream and in the digest. */
type Chain = Pick<OutputCheckpoint, 'seq' | 'part' | 'since' | 'digest'>;

/**
 * How far one writer knows a roll's outputs to be written. Whatever outputs it is shown, from an entry at or before
 * `after` on, in order, it tells those that are due, each once.
 */
export class OutputProgress {
  readonly #writer: string;
  #standing: OutputStanding;
  #chain: Chain;
  #written: OutputPlace;

  constructor(standing: OutputStanding, writer: string) {
    this.#writer = writer;
    this.#standing = standing;
    this.#chain = chainOf(standing);
    this.#written = writtenIn(standing);
  }

  /** Outputs are wanted from the entry after this one on. */
  get after(): number {
    return Math.max(this.#chain.seq - 1, 0);
  }

  get seq(): number {
    return this.#chain.seq;
  }

  get fence(): number {
    return this.#standing.fence;
  }

  /** What is to be appended now; null if all of it is there, and in a checkpoint. */
  due(outputs: readonly Output[]): DueOutputs | null {
    let { digest } = this.#chain;
    let place: OutputPlace = this.#chain;
    const due: Output[] = [];
    for (const output of outputs) {
      if (!isAfter(output, place)) continue;
      digest = nextDigest(digest, output);
      place = output;
      if (!this.#isWritten(output)) due.push(output);
    }
    if (place === this.#chain) return null;
    const { seq, part } = place;
    const { since } = this.#chain;
    const checkpoint = { seq, part, machineVersion: MACHINE_VERSION, since, digest, writer: this.#writer };
    return { outputs: due, checkpoint };
  }

  appended(checkpoint: OutputCheckpoint, fence: number): void {
    const { seq, part } = checkpoint;
    this.#standing = { checkpoint, fence, last: this.#standing.last };
    this.#chain = checkpoint;
    if (isAfter(checkpoint, this.#written)) this.#written = { seq, part };
  }

  /**
   * Goes on from where the outputs stand by now; whether somebody has written since this writer knew. Throws if
   * outputs that were there are gone: then they have to be read from an earlier entry on.
   */
  lookAgain(standing: OutputStanding): boolean {
    const before = this.#standing;
    const isMoved = standing.fence !== before.fence || !isSame(standing.last, before.last);
    if (!isMoved) return false;
    const chain = chainOf(standing);
    if (isAfter(this.#chain, chain)) {
      throw new Error(`Outputs were written up to ${this.#chain.seq}, and stand at ${chain.seq} now`);
    }
    this.#standing = standing;
    this.#chain = chain;
    this.#written = writtenIn(standing);
    return true;
  }

  #isWritten(output: Output): boolean {
    const { last } = this.#standing;
    if (last?.part === null && output.seq === last.seq && this.#written.part === Number.POSITIVE_INFINITY) {
      // Of an older Muster's outputs, the subject tells which of the entry's was the last.
      if (output.subject === last.subject) this.#written = { seq: output.seq, part: output.part };
      return true;
    }
    return !isAfter(output, this.#written);
  }
}

function chainOf(standing: OutputStanding): Chain {
  const { checkpoint } = standing;
  if (checkpoint === null) return { ...START, since: START, digest: NO_DIGEST };
  if (checkpoint.machineVersion === MACHINE_VERSION) return checkpoint;
  const { last } = standing;
  const since = { seq: checkpoint.seq, part: checkpoint.part };
  if (last !== null && last.part !== null && isAfter({ seq: last.seq, part: last.part }, since)) {
    since.seq = last.seq;
    since.part = last.part;
  }
  return { ...since, since, digest: NO_DIGEST };
}

/** The place of the last output; its entry's end where the part is not told. */
function writtenIn({ checkpoint, last }: OutputStanding): OutputPlace {
  const written = last === null ? START : { seq: last.seq, part: last.part ?? Number.POSITIVE_INFINITY };
  return checkpoint !== null && isAfter(checkpoint, written) ? checkpoint : written;
}

function isSame(one: LastOutput | null, other: LastOutput | null): boolean {
  return one?.seq === other?.seq && one?.part === other?.part && one?.subject === other?.subject;
}
