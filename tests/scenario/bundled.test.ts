import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseViewInstant } from '../../events/time.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { createKernels } from '../../src/roll/kernels.ts';
import type { View } from '../../src/roll/view.ts';
import { checkScenario } from '../../src/scenario/check.ts';
import { missingFrom, together } from '../../src/scenario/coverage.ts';
import { bundledNames, loadScenario, logOf } from '../../src/scenario/library.ts';
import { told } from './given-script.ts';

const NAMES = ['collapse', 'garrison', 'homecoming', 'legion-pmc', 'record'];
const DAY = parseViewInstant('2025-03-31') ?? Number.NaN;

test('five scripts are bundled', async () => {
  expect(await bundledNames()).toEqual(NAMES);
});

test.each(NAMES)('%s has no problem', async (name) => {
  const { problems, summary } = await checkScenario(name);
  expect(told(problems)).toEqual([]);
  expect(summary.met).toBe(summary.expectations);
  expect(summary.accepted + summary.refused).toBe(summary.events);
});

test('together they reach every pathway, state and report, with every type of the catalogue', async () => {
  const reports = await Promise.all(NAMES.map((name) => checkScenario(name)));
  const missing = missingFrom(together(reports.map(({ coverage }) => coverage)));
  expect(missing).toEqual({ pathways: [], states: [], types: [], reports: [] });
});

describe('the roll of a bundled script is the one that was worked out by hand', () => {
  const cases: [string, string, View][] = [
    ['record', 'record', {}],
    ['record', 'record.as-of-2025-03-31', { asOfMs: DAY }],
    ['record', 'record.as-known-2025-03-31', { asKnownMs: DAY }],
    ['homecoming', 'record+homecoming', {}],
    ['collapse', 'record+collapse', {}],
  ];
  test.each(cases)('%s: %s', async (name, file, view) => {
    const loading = await loadScenario(name);
    if (!loading.ok) throw new Error(`${name} does not load`);
    const log = logOf(loading.scenario);
    const { fold, length } = await foldLog(
      createKernels(),
      () => log,
      view,
      () => new RollModel(),
    );
    const { machineVersion: _version, ...roll } = rollDocument(
      { theatre: null, timeline: null },
      length,
      fold,
    );

    const expected = readFileSync(new URL(`../data/expected/${file}.json`, import.meta.url), 'utf8');
    expect(roll).toEqual(JSON.parse(expected));
  });
});
