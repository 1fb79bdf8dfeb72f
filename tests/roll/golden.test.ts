import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseViewInstant } from '../../events/time.ts';
import { numbered, openInputs } from '../../src/cli/replay-inputs.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { type TransitionDocument, transitionDocument } from '../../src/readmodels/transition-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { REFUSAL_CODES, type Transition } from '../../src/roll/outcome.ts';
import type { RawEntry } from '../../src/roll/settlement.ts';
import type { View } from '../../src/roll/view.ts';
import { firstDiscrepancy } from '../../src/service/difference.ts';
import { EVENT_TYPES } from '../support/examples.ts';
import { kernels } from '../support/roll-scenario.ts';

// A log with every type, every refusal, corrections, retractions, detachments, merges, ranges and a branch, and what
// it comes to. The logs never change. If the rolls are meant to come out otherwise, UPDATE_GOLDEN=1 writes them anew.

const data = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));
const instant = (text: string) => parseViewInstant(text) ?? Number.NaN;

class Recorder extends RollModel {
  readonly transitions: TransitionDocument[] = [];

  override apply(transition: Transition): void {
    super.apply(transition);
    this.transitions.push(transitionDocument(transition));
  }
}

async function entriesOf(log: string) {
  const inputs = await openInputs([data(`${log}.jsonl`)], {});
  const entries: RawEntry[] = [];
  for await (const entry of numbered(inputs.read(), Number.POSITIVE_INFINITY)) entries.push(entry);
  return { entries, home: inputs.home };
}

async function folded(log: string, view: View) {
  const { entries, home } = await entriesOf(log);
  const { fold, length } = await foldLog(
    kernels,
    () => entries,
    view,
    () => new Recorder(),
  );
  const { machineVersion, ...roll } = rollDocument(home, length, fold);
  return { roll, transitions: fold.readModel.transitions };
}

const views: readonly (readonly [string, string, View])[] = [
  ['now', 'golden', {}],
  ['as-of', 'golden', { asOfMs: instant('2025-02-20') }],
  ['as-known', 'golden', { asKnownMs: instant('2025-03-10') }],
  ['as-of-as-known', 'golden', { asOfMs: instant('2025-02-20'), asKnownMs: instant('2025-02-25') }],
  ['homeward', 'golden-homeward', {}],
];

test.each(views)('the golden log comes to the same as ever: %s', async (name, log, view) => {
  const file = data(`expected/golden.${name}.json`);
  const found: unknown = JSON.parse(JSON.stringify(await folded(log, view)));
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  const moved = firstDiscrepancy(JSON.parse(readFileSync(file, 'utf8')), found);
  const why = `${name} moved first at ${moved?.path}. If that is meant, UPDATE_GOLDEN=1 writes it anew; say why in the commit`;
  expect(moved, why).toBeNull();
});

test('it has every type accepted, every refusal and every kind of count', async () => {
  const { roll, transitions } = await folded('golden', {});
  const { entries } = await entriesOf('golden');
  const corrections = entries.flatMap(
    ({ bytes }) => /"type":"(event\.\w+)"/.exec(Buffer.from(bytes).toString())?.[1] ?? [],
  );
  const accepted = new Set([...transitions.map(({ event }) => event.type), ...corrections]);
  expect(EVENT_TYPES.filter((type) => !accepted.has(type))).toEqual([]);
  expect(REFUSAL_CODES.filter((code) => !roll.refusals.some((refusal) => refusal.code === code))).toEqual([]);
  expect(Object.entries(roll.counts).filter(([, count]) => count === 0)).toEqual([]);
  expect(roll.balance).toBe(0);
});
