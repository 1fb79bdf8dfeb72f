import { serialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { createKernels } from '../roll/kernels.ts';
import { readPages } from './entry-pages.ts';
import { dumpOfLog } from './roll-fold.ts';

const kernels = createKernels();

/** Folds the first `to` entries that a port gives, in a worker thread: a serialised `RollFoldDump`. */
export default async function replay({
  to,
  port,
}: {
  readonly to: number;
  readonly port: MessagePort;
}): Promise<Uint8Array> {
  try {
    return serialize(await dumpOfLog(kernels, () => readPages(port, { from: 1, to }), to));
  } finally {
    port.close();
  }
}
