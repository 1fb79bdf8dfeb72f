import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { muster } from '../processes.ts';
import type { Verdicts } from './outputs.ts';

const documentSchema = z.object({
  seq: z.number(),
  balance: z.number(),
  refusals: z.array(z.object({ seq: z.number() })),
  counts: z.object({ accepted: z.number(), refused: z.number(), duplicates: z.number() }),
});

export interface Replayed {
  readonly verdicts: Verdicts;
  /** The roll document, whole. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What a fresh `muster replay` makes of a log, and nothing else that may have remembered anything. */
export async function replay(roll: string, log: readonly string[]): Promise<Replayed> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-torture-replay-'));
  try {
    const file = join(directory, 'log.jsonl');
    await writeFile(file, log.map((line) => `${line}\n`).join(''));
    const [theatre = '', timeline = ''] = roll.split('.');
    const args = ['replay', file, '--theatre', theatre, '--timeline', timeline, '--json'];
    const { code, stdout, stderr } = await muster(args);
    if (code !== 0) throw new Error(`muster ${args.join(' ')} exited with ${code}: ${stderr}`);
    const document: Readonly<Record<string, unknown>> = JSON.parse(stdout);
    const { seq: length, refusals, counts, balance } = documentSchema.parse(document);
    if (length !== log.length || counts.duplicates > 0 || balance !== 0) {
      throw new Error(
        `the replay of ${log.length} events says ${JSON.stringify({ length, counts, balance })}`,
      );
    }
    return { verdicts: { length, refused: new Set(refusals.map(({ seq }) => seq)) }, document };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The distribution document within a roll document (DESIGN 8). */
export function distributionOf(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { contingents: _contingents, flows: _flows, refusals: _refusals, ...distribution } = document;
  return distribution;
}
