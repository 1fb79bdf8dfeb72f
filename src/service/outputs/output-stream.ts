import type { RollId } from '../../../events/ids.ts';
import type { Output } from './output.ts';
import type { OutputCheckpoint } from './output-checkpoint.ts';

/** The last output that a stream has of a roll; `part` is null where an older Muster wrote it. */
export interface LastOutput {
  readonly seq: number;
  readonly part: number | null;
  readonly subject: string;
}

/** Where the outputs of a roll stand. */
export interface OutputStanding {
  /** Null before the first one, and where it can't be read. */
  readonly checkpoint: OutputCheckpoint | null;
  /** Changes with every checkpoint, whoever writes it. */
  readonly fence: number;
  /** At or after the checkpoint: after it where a writer was killed and the store takes no batches. */
  readonly last: LastOutput | null;
}

/** What became of an append. */
export type Appended =
  | { readonly kind: 'appended'; readonly fence: number }
  /** Another writer came first. Of these outputs the stream has a beginning at most, each once. */
  | { readonly kind: 'fenced'; readonly message: string }
  /** No answer came. Of these outputs the stream has a beginning at most, or it will; each once. */
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * Where a roll's outputs are kept: gapless, in order, each once, however many write and whenever they are killed.
 * Both methods throw when the store can't be reached or refuses.
 */
export interface OutputStream {
  /** The most that one append takes. */
  readonly most: { readonly outputs: number; readonly bytes: number };

  standing(roll: RollId): Promise<OutputStanding>;

  /**
   * Appends outputs that follow on what stands there, in order, and then the checkpoint that ends them, if no
   * other writer has moved the fence. All at once where the store can; else one by one, each only if it is not
   * there yet.
   */
  append(
    roll: RollId,
    outputs: readonly Output[],
    checkpoint: OutputCheckpoint,
    fence: number,
  ): Promise<Appended>;
}
