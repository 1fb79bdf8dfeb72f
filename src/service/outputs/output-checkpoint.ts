import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Output } from './output.ts';

const placeShape = { seq: z.int().nonnegative(), part: z.int().nonnegative() };

/** The message that ends a run of outputs: they are there up to the output `part` of the entry `seq`. */
export const outputCheckpointSchema = z.object({
  ...placeShape,
  /** The machine that made the outputs after `since`. */
  machineVersion: z.string(),
  /**
   * Where this machine version took over. What stands before it was made by others and stays: outputs say what
   * was told, and nothing tells it anew.
   */
  since: z.object(placeShape),
  /** `nextDigest` over every output after `since`, in order, beginning with `NO_DIGEST`. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Who wrote it: the only thing in which two writers differ. */
  writer: z.string(),
});

export type OutputCheckpoint = z.infer<typeof outputCheckpointSchema>;

/** The digest of no outputs. */
export const NO_DIGEST = '0'.repeat(64);

/** The digest of outputs and one more: SHA-256 over the digest before, `seq part/parts`, subject and body. */
export function nextDigest(digest: string, { subject, seq, part, parts, body }: Output): string {
  return createHash('sha256')
    .update(`${digest}\n${seq} ${part}/${parts}\n${subject}\n`)
    .update(body)
    .digest('hex');
}
