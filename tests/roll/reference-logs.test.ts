import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseViewInstant } from '../../events/time.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { createKernels, KERNEL_NAMES } from '../../src/roll/kernels.ts';
import type { View } from '../../src/roll/view.ts';
import { bytesOfText } from '../support/examples.ts';

const read = (name: string) => readFile(new URL(`../data/${name}`, import.meta.url), 'utf8');

async function logOf(...names: readonly string[]) {
  const texts = await Promise.all(names.map((name) => read(`${name}.jsonl`)));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
  return lines.map((line, index) => ({ seq: index + 1, bytes: bytesOfText(line), home: {} }));
}

const lateMarch = parseViewInstant('2025-03-31') ?? Number.NaN;

const documents: readonly (readonly [string, readonly string[], View])[] = [
  ['record', ['record'], {}],
  ['record.as-of-2025-03-31', ['record'], { asOfMs: lateMarch }],
  ['record.as-known-2025-03-31', ['record'], { asKnownMs: lateMarch }],
  ['record+homecoming', ['record', 'homecoming'], {}],
  ['record+collapse', ['record', 'collapse'], {}],
];

describe.each(KERNEL_NAMES)('with the %s kernel', (kernel) => {
  test.each(documents)('%s is the document that was worked out for it', async (name, logs, view) => {
    const log = await logOf(...logs);
    const { fold, length } = await foldLog(
      createKernels(kernel),
      () => log,
      view,
      () => new RollModel(),
    );
    const { machineVersion, ...document } = rollDocument({ theatre: null, timeline: null }, length, fold);
    expect(document).toEqual(JSON.parse(await read(`expected/${name}.json`)));
    expect(machineVersion).not.toBe('');
  });
});
