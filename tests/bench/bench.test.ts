import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { median, quantile } from './measure.ts';
import { sharesOf } from './profile.ts';
import { atLeast, atMost, line, resultsSchema } from './result.ts';
import { resultMarkdown } from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('what is made of measurements', () => {
  test('medians and quantiles', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(quantile([10, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0.9)).toBe(10);
    expect(median([])).toBeNaN();
  });

  test('whether a figure reaches its target', () => {
    const about = { figure: 'f', unit: 'ms', beside: 'b' };
    expect(line(about, 4, 8, atLeast(0.5))).toMatchObject({ ratio: 0.5, isReached: true });
    expect(line(about, 3.9, 8, atLeast(0.5))).toMatchObject({ isReached: false });
    expect(line(about, 9, 3, atMost(3))).toMatchObject({ ratio: 3, isReached: true });
    expect(line(about, 11, 100, { of: 'ours', bound: 'most', value: 10 })).toMatchObject({
      isReached: false,
    });
  });

  test('a profile told apart: what is native counts for its caller', () => {
    const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
      ...{ id, callFrame: { functionName, url }, children },
    });
    const nodes = [
      node(1, '(root)', '', [2, 4, 6]),
      node(2, 'step', 'file:///muster/src/roll/kernel.js', [3]),
      node(3, 'assign', ''),
      node(4, 'readEvent', 'file:///muster/events/event.js', [5]),
      node(5, 'parse', ''),
      node(6, '(garbage collector)', ''),
    ];
    const profile = { nodes, samples: [2, 3, 4, 5, 6], timeDeltas: [1, 10, 100, 1_000, 10_000] };
    expect(Object.fromEntries(sharesOf(profile))).toEqual({
      ...{ folding: 11, validating: 100, parsing: 1_000, 'garbage collection': 10_000 },
    });
  });
});

test('the whole bench, with little work', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [json, picture] = ['results.json', 'growth.svg'].map((name) => join(directory, name));
  const args = ['run', '--silent', 'bench', '--', '--quick', '--json', json ?? '', '--plot', picture ?? ''];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root });

  const results = resultsSchema.parse(JSON.parse(await readFile(json ?? '', 'utf8')));
  const shown = results.lines.map(({ figure, beside }) => `${figure} / ${beside}`);
  expect(shown).toHaveLength(12);
  expect(new Set(shown).size).toBe(12);
  for (const { ours, limit, ratio } of results.lines) {
    expect(Math.min(ours, limit)).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(ours / limit);
  }
  for (const { points } of results.curves) expect(points.every(({ y }) => y >= 0)).toBe(true);
  expect(results.curves).toHaveLength(3);
  const [header = '', ...rows] = stdout.split('\n').slice(0, 13);
  expect(header).toMatch(/^figure +ours +beside +limit +ratio +to reach +reached$/);
  expect(rows.every((row) => /[≥≤] [\d.]+.* (?:yes|no)$/.test(row))).toBe(true);
  expect(resultMarkdown(results).split('\n').slice(0, 14)).toSatisfy((lines: string[]) =>
    lines.every((row) => row.split(' | ').length === 7),
  );
  const svg = await readFile(picture ?? '', 'utf8');
  expect(svg).toMatch(/^<svg /);
  for (const { name } of results.curves) expect(svg).toContain(name);
}, 180_000);
